-- Complaints by channel.
SELECT channel, count(*) AS complaints FROM complaints GROUP BY channel ORDER BY channel;
