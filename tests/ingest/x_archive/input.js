window.YTD.tweets.part0 = [
 {
  "tweet": {
   "edit_info": {},
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X Web App</a>",
   "entities": {
    "hashtags": [],
    "user_mentions": []
   },
   "id_str": "1990000000000000101",
   "id": "1990000000000000101",
   "created_at": "Wed Feb 03 20:40:00 +0000 2027",
   "full_text": "Tout est rentré dans l'ordre. Merci de votre patience &amp; désolés.",
   "favorite_count": "1",
   "retweet_count": "30",
   "lang": "fr"
  }
 },
 {
  "tweet": {
   "edit_info": {},
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X Web App</a>",
   "entities": {
    "hashtags": [],
    "user_mentions": []
   },
   "id_str": "1990000000000000102",
   "id": "1990000000000000102",
   "created_at": "Wed Feb 03 19:21:00 +0000 2027",
   "full_text": "Incident en cours sur le direct, nos équipes sont mobilisées. Prochain point à 20h30.",
   "favorite_count": "2",
   "retweet_count": "30",
   "lang": "fr"
  }
 },
 {
  "tweet": {
   "edit_info": {},
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X Web App</a>",
   "entities": {
    "hashtags": [],
    "user_mentions": []
   },
   "id_str": "1990000000000000103",
   "id": "1990000000000000103",
   "created_at": "Wed Feb 03 19:30:00 +0000 2027",
   "full_text": "@viewer_0 Bonjour, nous sommes au courant.",
   "favorite_count": "3",
   "retweet_count": "30",
   "lang": "fr",
   "in_reply_to_status_id_str": "1990000000000000000",
   "in_reply_to_screen_name": "viewer_0",
   "in_reply_to_user_id_str": "40"
  }
 },
 {
  "tweet": {
   "edit_info": {},
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X Web App</a>",
   "entities": {
    "hashtags": [],
    "user_mentions": []
   },
   "id_str": "1990000000000000104",
   "id": "1990000000000000104",
   "created_at": "Wed Feb 03 19:35:00 +0000 2027",
   "full_text": "RT @exemplia_sport: Le match reprend à 20h45",
   "favorite_count": "4",
   "retweet_count": "30",
   "lang": "fr"
  }
 },
 {
  "tweet": {
   "id_str": "1990000000000000105",
   "created_at": "Wed Feb 30",
   "full_text": "broken"
  }
 },
 {
  "tweet": {
   "id_str": "1990000000000000106",
   "created_at": "Wed Feb 03 19:50:00 +0000 2027"
  }
 },
 {
  "tweet": {
   "edit_info": {},
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X Web App</a>",
   "entities": {
    "hashtags": [],
    "user_mentions": []
   },
   "id_str": "1990000000000000102",
   "id": "1990000000000000102",
   "created_at": "Wed Feb 03 19:21:00 +0000 2027",
   "full_text": "Incident en cours sur le direct, nos équipes sont mobilisées. Prochain point à 20h30.",
   "favorite_count": "2",
   "retweet_count": "30",
   "lang": "fr"
  }
 }
]
