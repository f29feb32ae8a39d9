/*---
title   = "Corrective actions"
answers = "What is being done?"
grain   = "one row per action"
[columns]
action_id = "identifier of the ticket"
title = "what will be done"
kind = "infrastructure, process, training, monitoring or communication"
factor = "contributing factor it removes"
owner_role = "role that owns it"
due_on = "day on which it is due"
status = "as the tool names it"
created_at = "when it was created"
closed_at = "when it was closed"
acceptance_query = "SQL that returns no row once it works"
[[check]]
unique = ["action_id"]
---*/
SELECT action_id, title, kind, factor, owner_role, due_on, status, created_at, closed_at, acceptance_query
FROM actions
ORDER BY due_on NULLS LAST, action_id
