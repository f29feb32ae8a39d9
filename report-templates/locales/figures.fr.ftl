# Mots des figures, en français de France : constats, notes, descriptions pour une synthèse vocale, libellés.
# Mêmes identifiants et mêmes arguments que figures.en.ftl. Un identifiant en -short sert aux graphiques étroits.

## Communs

chart-place = { $day }, de { $from } à { $to } ({ $zone })
chart-place-service = { $service }, { $day }, de { $from } à { $to } ({ $zone })
chart-spoken-share = { $n } pour cent
chart-failures-start = début des échecs, { $time }
chart-failing = échecs
chart-no-data = pas de données
chart-no-metric = pas de métrique
chart-nothing = Les fichiers ont été lus, mais rien n’y tombe dans cette période.
chart-missing = Pas { $needed } : aucun fichier d’entrée n’alimente la table { $table }. Pour tracer cette figure, ajouter { $source }.
chart-missing-table = Aucun fichier d’entrée n’alimente la table { $table }. Ce qui la remplirait : { $source }.
chart-empty-note = Hachures : rien à tracer.
chart-hit-all = toutes les tentatives
chart-hit-many = { $n ->
    [one] { $n } partie touchée
   *[other] { $n } parties touchées
}
chart-wave = vague { $n }
chart-column-interval = Intervalle à 95 %
chart-column-attempts = Tentatives
chart-column-failing = En échec : { $slice }
chart-column-failing-all = En échec
chart-column-others = En échec : le reste
chart-column-expected = Attendu
chart-column-service = Service
chart-column-status = État
chart-column-first-signal = Premier indice

## Courbe des conséquences

chart-impact-title = Part des tentatives en échec
chart-impact-title-short = Tentatives en échec
chart-impact-voice = Part des tentatives en échec et réclamations dans le temps : { $place }
chart-impact-caption = Dans le segment { $slice }, { $share } des tentatives ont échoué au pire moment, à { $time }.
chart-impact-caption-many = Au pire moment, à { $time }, { $share } des tentatives ont échoué ({ $slices }).
chart-impact-caption-all = Au pire moment, à { $time }, { $share } de toutes les tentatives ont échoué.
chart-impact-caption-none = Aucun intervalle ne compte assez de tentatives pour désigner un pire moment.
chart-impact-note = En haut : part d’échecs par intervalle de { $bucket }, avec son intervalle à 95 % ; fond gris : clients touchés. En bas : réclamations par 5 min, face à l’habitude.
chart-impact-describe = Courbe sur { $duration }. Périmètre : { $slice }. En échec : { $before } avant { $start }, { $top } au plus haut, à { $at }, { $after } après { $end }.
chart-impact-describe-others = Pour le reste : { $share } pendant la période.
chart-impact-describe-complaints = Réclamations : jusqu’à { $n } en cinq minutes, à { $time }.
chart-others = le reste : { $share }
chart-others-short = le reste : { $share }
chart-peak = { $share } à { $time }
chart-window = période mesurée, { $duration }
chart-window-short = période, { $duration }
chart-window-open = période mesurée, encore ouverte
chart-window-open-short = encore ouverte
chart-window-declared = période déclarée
chart-window-declared-short = déclarée
chart-milestone-started = { $time } premier échec
chart-milestone-detected = { $time } détection
chart-milestone-acknowledged = { $time } prise en charge
chart-milestone-first-public-message = { $time } premier message
chart-milestone-identified = { $time } cause identifiée
chart-milestone-mitigated = { $time } atténuation
chart-milestone-resolved = { $time } rétablissement
chart-milestone-complaints = { $time } hausse des réclamations

## Réclamations

chart-complaints-title = Réclamations par 5 minutes
chart-complaints-title-short = Réclamations par 5 min
chart-complaints-expected = attendu : { $n }
chart-complaints-voice = Réclamations face à la part des tentatives en échec : { $place }
chart-complaints-caption = Les réclamations ont dépassé leur niveau habituel à { $time }, { $delay } après le premier échec.
chart-complaints-caption-before = Les réclamations ont dépassé leur niveau habituel à { $time }, { $delay } avant le premier échec mesuré.
chart-complaints-caption-most = Le plus grand nombre de réclamations en cinq minutes est de { $n }, à { $time }.
chart-complaints-caption-none = Personne n’a réclamé pendant la période montrée.
chart-complaints-note = En haut : part d’échecs là où des clients ont été touchés. En bas : réclamations distinctes par 5 min ; la ligne donne l’habitude.
chart-complaints-describe = Barres sous une courbe, sur { $duration }. Réclamations : { $before } avant { $start }, { $after } ensuite, { $most } au plus en cinq minutes, à { $time }.

## Aucun incident

chart-quiet-caption = Aucune série d’échecs ne se distingue ; la part la plus haute a été de { $share } ({ $time }).
chart-quiet-note = Part d’échecs de toutes les tentatives par intervalle de { $bucket }, avec son intervalle à 95 %.
chart-quiet-voice = Part des tentatives en échec, sur toutes les données : { $place }
chart-quiet-describe = Courbe. La part d’échecs la plus haute est de { $share } ({ $time }). Aucun incident n’a été trouvé.
chart-quiet-complaints = Les réclamations se comparent à un incident ; aucun n’a été trouvé.

## Qui a été touché

chart-affected-voice = Combien de fois plus souvent les tentatives ont échoué selon la partie du service : { $place }
chart-affected-caption = Dans le segment { $slice }, une tentative a échoué { $risk } fois plus souvent qu’ailleurs.
chart-affected-note = Part d’échecs dedans, divisée par la part d’échecs dehors, échelle logarithmique, intervalle à 95 %. En gras : explique l’incident.
chart-affected-describe = Points sur une échelle logarithmique autour de 1, nombre de lignes : { $n }, la plus haute d’abord.
chart-affected-describe-next = Ensuite : { $part }, { $risk } fois.
chart-fails-less = échoue moins souvent
chart-fails-more = échoue plus souvent

## Chronologie

chart-timeline-voice = Ce qui s’est passé, sur quatre lignes : { $place }
chart-timeline-caption = L’incident a été détecté { $alert } après le premier échec ; le premier message public est venu après { $message }.
chart-timeline-caption-alert = L’incident a été détecté { $alert } après le premier échec ; aucun message public n’est daté d’après.
chart-timeline-caption-alert-only = L’incident a été détecté { $alert } après le premier échec.
chart-timeline-caption-message = Le premier message public est venu { $message } après le premier échec ; aucun fichier d’entrée ne dit quand l’incident a été détecté.
chart-timeline-caption-none = Nombre d’événements datés dans cette période : { $n }, mais ni sa détection ni un message public.
chart-timeline-note = Événements montrés : { $shown } sur { $total }, chaque texte une fois. Sur un écran étroit, l’ordre est juste mais pas l’échelle.
chart-timeline-describe = Événements sur quatre lignes. Système : { $system }. Équipes : { $people }. Messages publics : { $public }. Réclamations : { $complaints }.
chart-timeline-describe-window = Des tentatives ont échoué de { $start } à { $end }.
chart-lane-system = Système
chart-lane-system-short = Système
chart-lane-people = Équipes
chart-lane-people-short = Équipes
chart-lane-public = Messages publics
chart-lane-public-short = Public
chart-lane-complaints = Réclamations
chart-lane-complaints-short = Clients
chart-event = événement
chart-event-first-failure = premier échec
chart-event-last-failure = dernier échec
chart-event-onset = réclamations au-delà de l’habitude

## Messages des journaux

chart-logs-voice = Messages des journaux nouveaux ou plus fréquents, dans le temps : { $place }
chart-logs-caption-new = { $new ->
    [one] { $new } sorte de message est apparue dans les journaux avec l’incident.
   *[other] { $new } sortes de messages sont apparues dans les journaux avec l’incident.
}
chart-logs-caption-more = { $more ->
    [one] { $more } sorte connue est venue plus souvent qu’avant.
   *[other] { $more } sortes connues sont venues plus souvent qu’avant.
}
chart-logs-note = Lignes par 5 min ; chaque rangée a son propre maximum. En couleur : jamais vu auparavant.
chart-logs-none = Aucune sorte de message n’est nouvelle ni plus fréquente qu’avant.
chart-logs-new = nouveau, { $n }
chart-logs-describe = Le message le plus net, { $template }, est venu { $n } fois.

## Pistes

chart-causes-voice = Pistes, et ce qui a bougé à quel moment : { $place }
chart-causes-caption-high = Les données désignent comme cause la piste { $entity }.
chart-causes-caption-medium = La cause la plus probable est la piste { $entity }.
chart-causes-caption-low = Aucune cause n’est établie ; la piste { $entity } est la mieux placée.
chart-causes-note = Par piste : la métrique qui parle le plus pour elle, et ses quatre indices les plus forts, avec les signes de la figure précédente.
chart-causes-score = note { $score }
chart-signal = { $kind } { $time }
chart-causes-describe = Rangées sur un même axe de temps, nombre de pistes classées : { $n }. Début des échecs à { $start }.
chart-causes-describe-one = Piste { $entity } : note { $score }, premier indice à { $time }.
chart-signals-voice = Indices des pistes sur un même axe de temps : { $place }
chart-signals-caption = { $n ->
    [0] Avant le début des échecs, aucun indice ne parle pour la piste { $first }, contre { $other } pour la piste { $second }.
    [one] Avant le début des échecs, { $n } indice parle pour la piste { $first } et { $other } pour la piste { $second }.
   *[other] Avant le début des échecs, { $n } indices parlent pour la piste { $first } et { $other } pour la piste { $second }.
}
chart-signals-caption-none = Aucun indice de la piste { $first } ni de la piste { $second } ne précède le début des échecs.
chart-signals-caption-alone = { $n ->
    [0] Aucun indice de la piste { $first }, la seule, ne précède le début des échecs.
    [one] Avant le début des échecs, { $n } indice parle pour la piste { $first }, la seule.
   *[other] Avant le début des échecs, { $n } indices parlent pour la piste { $first }, la seule.
}
chart-signals-note = Une rangée par piste. En noir : ce que montrent les machines ; en ocre : ce que des personnes ont fait ; en bleu : ce que des personnes ont dit. Un signe plus grand pèse plus. Une flèche et un nombre : indices antérieurs ou postérieurs à l’axe. Ceux qui n’ont pas d’heure sont dans le tableau des indices.
chart-signals-none = Aucune piste : rien dans les fichiers d’entrée ne désigne un composant comme cause.
chart-signals-describe-one = Piste { $entity } : { $list }.

## Dit et mesuré

chart-said-voice = Ce qui a été mesuré et ce qui a été dit au public : { $place }
chart-said-measured = Mesuré
chart-said-measured-short = Mesuré
chart-said-public = Messages publics
chart-said-public-short = Messages publics
chart-said-promises = Prochain point annoncé
chart-said-promises-short = Prochain point annoncé
chart-said-unsaid = { $duration } sans le dire
chart-said-caption = Durée des échecs : { $failing }, dont { $duration } sans qu’un message public les reconnaisse.
chart-said-caption-never = Durée des échecs : { $failing } ; aucun message public ne les a reconnus pendant ce temps.
chart-said-caption-all = Tant que des tentatives échouaient, les messages publics l’ont dit.
chart-said-note = Bandes : échecs mesurés, et état donné par le dernier message public. Triangles : messages, avec l’heure annoncée pour le suivant.
chart-said-describe = Deux bandes. Des échecs ont été mesurés de { $start } à { $end }. { $n ->
    [one] { $n } message public, à { $first }, le dernier à { $last }.
   *[other] { $n } messages publics, le premier à { $first }, le dernier à { $last }.
}
chart-no-message = aucun message

## Enquête

chart-survey-voice = Réponses des clients, touchés et non touchés : { $place }
chart-survey-caption = Clients satisfaits : { $affected } de ceux qui ont été touchés, { $unaffected } des autres.
chart-survey-caption-all = Part de répondants satisfaits : { $score }.
chart-survey-caption-few = Trop peu de clients ont répondu pour montrer un résultat.
chart-survey-caption-net = NPS : { $affected } chez les clients touchés, { $unaffected } chez les autres.
chart-survey-caption-all-net = Le NPS est de { $score }.
chart-survey-note = Part des deux meilleures notes, avec son intervalle à 95 %. En couleur : clients touchés.
chart-survey-note-net = NPS en points, de −100 à 100, avec son intervalle à 95 %. En couleur : clients touchés.
chart-survey-words = { $group } : { $score }
chart-survey-few = { $n } réponses, il en faut { $min }
chart-survey-describe = { $n ->
    [one] Points avec intervalles, { $n } question.
   *[other] Points avec intervalles, { $n } questions.
} Réponses à la première : { $answers }.
chart-net-points = { $n }
