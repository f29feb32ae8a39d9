# Toutes les phrases des documents, en français. Ce ne sont pas des traductions : les deux langues sont écrites à partir
# des mêmes faits. Les identifiants et les arguments sont ceux de en.ftl. Les espaces insécables sont dans le texte :
# U+00A0 devant « : » et dans les guillemets, U+202F devant « ; », « ! » et « ? ».

## Mots employés partout

not-known = non connu
none = aucun
yes = oui
no = non
exact = exact
measured = mesuré
declared = déclaré
not-applicable = –
unit-days = { $n ->
    [one] { $n } jour
   *[other] { $n } jours
}
unit-hours = { $n ->
    [one] { $n } heure
   *[other] { $n } heures
}
unit-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
unit-seconds = { $n ->
    [one] { $n } seconde
   *[other] { $n } secondes
}
between = entre { $low } et { $high }
table-number = Tableau { $n }.
figure-number = Figure { $n }.
missing = Non connu : { $figure }. Aucun fichier d’entrée ne contient { $needed }. Pour combler ce manque : { $source }.
missing-row = { $figure } : aucun fichier d’entrée ne contient { $needed }. Pour combler ce manque : { $source }.
suppressed = Chiffre masqué : ce groupe compte moins de { $min } personnes.
not-derived = Non connu : { $figure }. Les fichiers ont été lus, mais ils ne permettent pas de l’établir.

## La page

page-skip = Aller au document
page-contents = Sommaire
page-data = Données de la figure { $n }
page-data-label = Données de la figure { $n }
page-table-label = Tableau, peut défiler
page-rows = Lignes de la preuve { $n }
page-confidence = degré de confiance { $value }
page-foot = Document produit par constat { $version }. Mêmes entrées, mêmes octets : manifest.json contient les empreintes de ce qui a été lu et écrit.
page-description = { $kind } : { $title }

## Bilan d'incident : en-tête

postmortem = Bilan d’incident
postmortem-kicker = bilan d’incident, document interne
title-derived = Incident du { $day } sur le service { $service }
title-none = Aucun incident trouvé dans les données du service { $service }
verdict = Le { $day }, de { $start } à { $end } ({ $zone }), les tentatives de lecture sur le service { $service } ont échoué plus souvent que d’habitude{ $evidence }. { $scope }
verdict-open = Depuis { $start } ({ $zone }), le { $day }, les tentatives de lecture sur le service { $service } échouent plus souvent que d’habitude{ $evidence }. { $scope }
verdict-metrics = Le { $day }, de { $start } à { $end } ({ $zone }), ce que les mesures du service { $service } disent de ses utilisateurs s’est écarté de son niveau habituel{ $evidence }. { $scope }
verdict-open-metrics = Depuis { $start } ({ $zone }) le { $day }, ce que les mesures du service { $service } disent de ses utilisateurs s’écarte de son niveau habituel{ $evidence }. { $scope }
verdict-reports = Le { $day }, de { $start } à { $end } ({ $zone }), des réclamations ou des journaux d’erreurs ont signalé une panne du service { $service }{ $evidence }. { $scope }
verdict-open-reports = Depuis { $start } ({ $zone }) le { $day }, des réclamations ou des journaux d’erreurs signalent une panne du service { $service }{ $evidence }. { $scope }
scope-general = Toutes les parties du service que nous mesurons ont été touchées.
scope-localised = Une partie du service a été touchée : { $slice }.
scope-localised-many = { $n ->
    [one] { $n } partie du service a été touchée.
   *[other] { $n } parties du service ont été touchées ; la plus atteinte : { $slice }.
}
scope-unknown = Les données ne disent pas dans quelle étendue.

axis-scope = Étendue
axis-nature = Nature
axis-duration = Durée
axis-origin = Origine
class-axis = Classe
class-value = Constat
class-confidence = Confiance
class-reason = Motif
class-general = Générale
class-localised = Localisée
class-technical = Technique
class-content = De contenu
class-temporary = Temporaire
class-prolonged = Prolongée
class-technical-fault = Défaillance technique
class-human-error = Erreur humaine
class-external-factor = Facteur externe
class-unknown = Indéterminée
why-localised = un seul segment porte { $share } de l’excès{ $evidence }
why-localised-many = quelques segments portent { $share } de l’excès{ $evidence }
why-general = aucun segment ne se distingue des autres{ $evidence }
why-duration = { $duration }, pour un seuil de { $limit }{ $evidence }
why-origin = première des causes classées : { $kind }{ $evidence }
why-nature-technical = les tentatives échouent dans la chaîne de diffusion{ $evidence }
why-nature-content = les tentatives échouent sur ce qui est diffusé, non sur la diffusion{ $evidence }
why-unknown = les fichiers d’entrée ne permettent pas de trancher{ $evidence }

key-value = Chiffre
key-interval = Fourchette
key-what = Ce que c’est
key-viewers = spectateurs en échec au plus fort{ $evidence }
key-viewers-at = spectateurs en échec au plus fort, à { $time }{ $evidence }
key-viewer-minutes = minutes de visionnage perdues{ $evidence }
key-excess = échecs en excès{ $evidence }
key-peak = des tentatives en échec au plus fort{ $evidence }
key-complaints = réclamations dues à l’incident{ $evidence }
key-detect = délai de détection{ $evidence }
key-message = délai du premier message public{ $evidence }
key-mitigate = délai d’atténuation{ $evidence }
key-resolve = délai de rétablissement, selon la déclaration{ $evidence }

meta-what = Objet
meta-value = Ce document
meta-service = Service
meta-id = Incident
meta-window = Période mesurée
meta-window-waves = { $window }, { $n ->
    [one] { $n } vague
   *[other] { $n } vagues
}
meta-window-open = depuis { $start }, toujours en cours à la fin des données
meta-declared = Période déclarée
meta-zone = Fuseau horaire
meta-cutoff = Fin des données
meta-inputs = Fichiers lus
meta-tool = Produit avec

## Titres des parties

section-summary = Résumé
section-impact = Conséquences pour les clients
section-detection = Détection
section-timeline = Chronologie
section-where = Où la panne a frappé
section-why = Pourquoi la panne est survenue
section-limits = Ce qui a limité la panne
section-response = Réaction et communication
section-customers = Ce que les clients ont dit
section-survey = Ce que les clients ont ressenti
section-offers = Ce que les clients ont reçu
section-resolution = Rétablissement
section-review = Retour d’expérience
section-actions = Mesures correctives
section-open = Questions ouvertes
section-related = Incidents apparentés
section-method = Méthode
section-evidence = Preuves
section-inputs = Fichiers d’entrée et lignes rejetées

## Résumé

side-reading-title = Comment lire cette page
side-reading = Les petits liens comme E1 mènent à la requête et aux lignes qui fondent un chiffre. Les fourchettes sont des intervalles à 95 %, ou les deux moments entre lesquels un évènement a eu lieu.
side-reading-hand = Un filet à gauche signale un texte écrit par des personnes. Tout le reste est tiré des fichiers d’entrée.
hand-written = Rédigé à la main
hand-none = Personne n’a encore rédigé cette partie. Le fichier { $file } du dossier lui réserve une place.
window = Le premier échec dû à l’incident se situe entre { $start-earliest } et { $start-latest }, le dernier entre { $end-earliest } et { $end-latest }.
window-open = Le premier échec se situe entre { $start-earliest } et { $start-latest }. À { $cutoff }, où s’arrêtent les données, des tentatives échouaient encore.
window-open-felt = Le premier échec se situe entre { $start-earliest } et { $start-latest }. À { $cutoff }, où s’arrêtent les données, l’incident durait encore.
window-declared = Les chiffres portent sur la période déclarée, de { $start } à { $end }. La période mesurée va de { $measured-start } à { $measured-end }.
waves = { $n ->
    [one] Il est venu en { $n } vague : { $list }.
   *[other] Il est venu en { $n } vagues : { $list }.
}
wave = de { $start } à { $end }
duration-prolonged = L’incident a duré { $duration } (au moins { $low }, au plus { $high }) ; il dépasse le seuil de { $limit } à partir duquel nous parlons de panne prolongée.
duration-temporary = L’incident a duré { $duration } (au moins { $low }, au plus { $high }) ; il n’atteint pas le seuil de { $limit } à partir duquel nous parlons de panne prolongée.
duration-prolonged-exact = L’incident a duré { $duration } ; il dépasse le seuil de { $limit } à partir duquel nous parlons de panne prolongée.
duration-temporary-exact = L’incident a duré { $duration } ; il n’atteint pas le seuil de { $limit } à partir duquel nous parlons de panne prolongée.
summary-lost = Son coût pour les clients : { viewer-minutes } (entre { $low } et { $high }).
summary-excess = { $excess ->
    [one] { $excess } tentative a échoué alors qu’elle aboutit d’ordinaire
   *[other] { $excess } tentatives ont échoué alors qu’elles aboutissent d’ordinaire
} (entre { $low } et { $high }).

## Conséquences

viewers-hit = { $viewers ->
    [one] { $viewers } spectateur touché en même temps
   *[other] { $viewers } spectateurs touchés en même temps
}
viewer-minutes = { $minutes ->
    [one] { $minutes } minute de visionnage perdue
   *[other] { $minutes } minutes de visionnage perdues
}
impact-attempts = Sur { $total } tentatives dans la période, { $bad } ont échoué ; on en attendait { $expected }.
impact-excess = { $excess ->
    [one] Soit { $excess } échec en excès
   *[other] Soit { $excess } échecs en excès
} (entre { $low } et { $high }).
impact-peak = Au plus fort, à { $time }, { $ratio } des tentatives ont échoué.
impact-peak-viewers = Au plus fort, à { $time }, { $ratio } des tentatives ont échoué : { viewers-hit }.
impact-minutes = En tout, { viewer-minutes } (entre { $low } et { $high }).
impact-minutes-exact = En tout, { viewer-minutes }.
impact-silent = Pour chaque réclamation, on compte { $n } spectateurs touchés au plus fort qui n’ont pas écrit.
impact-cost = L’incident a coûté { $cost }.
impact-side-title = Ce qui est compté
impact-side = Un spectateur touché est un spectateur dont les tentatives échouaient à un moment donné. Les minutes de visionnage perdues additionnent, moment par moment et segment par segment, les spectateurs multipliés par la part d’échecs au-delà de l’attendu.
table-parts = Où les échecs se sont concentrés
table-parts-note = Part de tentatives en échec dans chaque partie du service, avec son intervalle à 95 %, et sa part des échecs au-delà du nombre attendu.
column-part = Partie
column-failing = En échec
column-excess = Excès
column-share-of-excess = Part de l’excès
column-risk-ratio = Rapport de risque

## Détection

detect-delay = La première alerte liée a suivi le premier échec de { $delay } (entre { $low } et { $high }).
detect-delay-exact = La première alerte liée a suivi le premier échec de { $delay }.
acknowledge-delay = Elle a été prise en charge { $delay } après le premier échec.
complaint-lead-customers = Les clients ont vu la panne les premiers : les réclamations ont dépassé leur niveau habituel { $lead } avant la première alerte liée.
complaint-lead-monitoring = La supervision a vu la panne la première : la première alerte liée a précédé de { $lead } la hausse des réclamations.
complaint-lead-unknown = On ne sait pas qui a vu la panne en premier : il manque les alertes ou les réclamations.

## Chronologie

timeline-intro = Les heures sont celles du service ({ $zone }). Quand les sources divergent, la fourchette est donnée.
table-milestones = Étapes
table-milestones-note = Les durées se comptent depuis le début. En gris : la valeur la plus basse et la plus haute que permettent les sources.
column-milestone = Étape
column-at = Heure
column-elapsed = Durée écoulée
column-source = Source
milestone-started = Début
milestone-detected = Détection
milestone-acknowledged = Prise en charge
milestone-first-public-message = Premier message public
milestone-identified = Cause identifiée
milestone-mitigated = Atténuation
milestone-resolved = Fin déclarée
source-measured = mesure
source-alert = alerte
source-alerts = alerte
source-timeline-event = note d’un intervenant
source-timeline-events = note d’un intervenant
source-public-message = message public
source-public-messages = message public
source-declared = déclaration
source-chat = messagerie
source-complaints-first = réclamations
table-events = Ce qui s’est passé
table-events-note = Tout ce que les fichiers d’entrée datent, dans l’ordre.
table-events-cut = { $shown } entrées sur { $total }, dans l’ordre ; le reste est dans data/timeline.csv.
column-time = Heure
column-lane = Fil
column-what = Évènement
lane-system = système
lane-people = équipes
lane-public = public
lane-complaints = réclamations

## Où

localisation = Le segment { $slice } concentre { $share } des échecs en excès. Une tentative y a échoué { $risk } fois plus souvent qu’ailleurs (entre { $low } et { $high } fois).
localisation-general = Aucune partie du service ne se distingue : la part d’échecs a monté partout où nous mesurons.
localisation-unknown = Les données ne disent pas si une partie du service a été plus touchée que les autres.
table-slices = Segments qui expliquent l’incident
table-slices-note = Rapport de risque : part d’échecs dans le segment rapportée à la part d’échecs en dehors. D’abord les segments retenus, puis les plus proches qui ont été écartés.
column-slice = Segment
column-verdict = Verdict
slice-claim = retenu
slice-candidate = écarté

## Pourquoi

cause-subject = { $kind ->
    [change] la modification du composant { $entity }
    [external] le prestataire { $entity }
   *[component] le composant { $entity }
}
cause-high = Les données désignent comme cause { cause-subject }. Degré de confiance : { $confidence }. Indices : { $signals }.
cause-medium = La cause la plus probable est { cause-subject }. Degré de confiance : { $confidence }. Indices : { $signals }.
cause-low = Aucune cause n’est établie. La piste la mieux placée est { cause-subject }. Degré de confiance : { $confidence }. Indices : { $signals }.
cause-none = Les données ne permettent pas de désigner une cause.
cause-score = La note classe les pistes ; ce n’est pas une probabilité.
signal-metric = { $n ->
    [one] { $n } métrique décalée
   *[other] { $n } métriques décalées
}
signal-log = { $n ->
    [one] { $n } indice dans les journaux
   *[other] { $n } indices dans les journaux
}
signal-change = { $n ->
    [one] { $n } modification
   *[other] { $n } modifications
}
signal-alert = { $n ->
    [one] { $n } alerte
   *[other] { $n } alertes
}
signal-external = { $n ->
    [one] { $n } signalement extérieur
   *[other] { $n } signalements extérieurs
}
signal-note = { $n ->
    [one] { $n } note d’un intervenant
   *[other] { $n } notes d’intervenants
}
kind-metric = métrique
kind-log = journal
kind-change = modification
kind-alert = alerte
kind-dependency = dépendance
kind-external = signalement extérieur
kind-note = note
kind-remedy = modification avant la fin
kind-slice = segment
table-causes = Pistes classées
table-causes-note = Chacune avec les indices qui parlent pour elle.
column-candidate = Piste
column-score = Note
column-signal = Indice
column-signals = Indices
column-kind = Type
column-weight = Poids
column-doubt = Doute
table-signals = Indices de la piste { $rank }, { $entity }
table-signals-note = Huit au plus, le plus lourd d’abord ; un poids va de 0 à 1. Doute : par combien 1 moins la note est multiplié quand le classement est refait sans l’indice ; ×1,0 quand un indice plus fort du même type dit la même chose.
heading-second = Pourquoi la deuxième piste, { $entity }, est moins bien classée
second-none = Il n’y a pas de deuxième piste : en dehors du composant { $entity }, aucun composant n’a d’indice dans les fichiers d’entrée.
second-score = La deuxième piste, le composant { $entity }, obtient { $score } contre { $first }.
second-item = { $kind } ({ $weight })
second-item-both = { $kind } ({ $second } contre { $first })
second-lacks = Elle n’a aucun indice de ces types, que la première piste possède (poids dans celle-ci) : { $list }.
second-weaker = Ses indices sont plus faibles que ceux de la première piste : { $list }.
second-stronger = Ses indices sont plus forts que ceux de la première piste : { $list }.
second-explained = Sans les dépendances, sa note est de { $without } au lieu de { $score } : ce que le composant appelle explique une partie de ce qui y a bougé.
second-slice = Le segment localisé apporte { $first } à la note de la première piste et { $second } à la sienne.
second-late = Son premier indice suit le premier échec de { $delay } : une cause précède.
second-after = Son premier indice vient { $delay } après celui de la première piste.
heading-change-mind = Ce qui changerait la conclusion
mind-robust = Aucun indice ni aucun type d’indice ne décide à lui seul : quel que soit celui qu’on écarte, la piste { $entity } reste en tête. L’écart est le plus faible sans { $what } : { $first } contre { $rival }.
mind-fragile = La première place de la piste { $entity } tient à ce qui suit : le classement a été refait sans chacun de ces éléments.
mind-without = Sans { $what }, la piste { $leader } passe en tête, avec { $score } contre { $first }.
mind-without-one = Sans un seul indice ({ $kind } : { $detail }), la piste { $leader } passe en tête, avec { $score } contre { $first }.
mind-alone = Aucun autre composant ne peut prendre la première place. Sans { $what }, la note passe de { $score } à { $without }.
without-metric = ses métriques
without-log = ses messages de journal
without-change = ses modifications avant le début
without-remedy = ses modifications avant la fin
without-alert = ses alertes
without-note = les notes qui la désignent
without-external = les signalements extérieurs
without-slice = le segment localisé
without-dependency = les dépendances
table-without = Le classement sans chaque type d’indice
table-without-note = Refait à chaque fois : la note de l’actuelle première piste, et la meilleure note des autres. Le segment et les dépendances sont écartés pour toutes les pistes.
column-without = Sans
column-score-first = Première
column-score-rival = Suivante
column-leader = En tête
mind-add-some = { $n ->
    [one] Une seule observation de plus, absente des fichiers d’entrée, place une autre piste en tête.
   *[other] { $n } observations absentes des fichiers d’entrée placent, chacune à elle seule, une autre piste en tête.
}
mind-add-none = Aucun indice de plus, d’un type qui leur manque, ne place à lui seul une autre piste en tête : chacun a été essayé à pleine force au début des échecs.
table-additions = Ce qui place une autre piste en tête
table-additions-note = Un indice de plus au début des échecs, essayé de plus en plus faible. Suffit dès : le plus petit poids avec lequel la piste passe en tête ; une dépendance n’en a pas.
column-addition = Observation
column-enough = Suffit dès
column-looked = Fichiers
addition-metric = une métrique du composant qui bouge
addition-log = un nouveau message d’erreur du composant
addition-change = une modification du composant juste avant le début
addition-alert = une alerte sur le composant
addition-note = une note qui désigne le composant comme cause
addition-dependency = un appel de la première piste vers le composant
looked-no-file = aucun fichier de ce type
looked-not-at-it = des fichiers de ce type, aucun ne parle du composant
looked-at-it = des fichiers parlent du composant, sans rien de tel
mind-absent = Absents des fichiers d’entrée, donc sans poids dans le classement : { $list }.
mind-all-there = Modifications, métriques, journaux, dépendances, alertes et notes figurent tous parmi les fichiers d’entrée.
absent-changes = modifications
absent-metric-samples = métriques
absent-log-records = journaux
absent-dependencies = dépendances (traces, ou liste des appels)
absent-alerts = alertes
absent-timeline-events = notes d’intervenants
heading-logs = Ce que disent les journaux
table-logs = Messages nouveaux ou en rafale
table-logs-note = Les parties variables sont notées `<*>`. Rapport : nombre par minute dans la période, rapporté à la référence.
column-message = Message
column-severity = Gravité
column-count = Nombre
column-before = Avant
column-ratio = Rapport
log-new = nouveau
log-first-seen = vu la première fois à { $time }
log-times = ×{ $ratio }
heading-metrics = Ce que disent les métriques
table-metrics = Métriques décalées
table-metrics-note = Médianes de la référence et de la période, et début du décalage.
column-metric = Métrique
column-baseline = Référence
column-window = Période
column-onset = Début
direction-up = hausse
direction-down = baisse
heading-changes = Modifications proches du début
table-changes = Modifications avant le premier échec
table-changes-note = Durée qui sépare la modification du début ; après le début, elle porte un signe moins.
column-change = Modification
column-minutes-before = Avant le début
heading-factors = Facteurs contributifs
factors-derived = Facteurs nommés par les mesures correctives : { $list }.

## Limites

limits-spared = Parties du service dont la part d’échecs est restée au niveau attendu : { $list }.
limits-unknown = Les données ne disent pas ce qui a empêché la panne de s’étendre.

## Réaction

comms-first-kept = Le premier message public est paru { $delay } après le premier échec, dans le délai visé de { $limit }.
comms-first-missed = Le premier message public est paru { $delay } après le premier échec, au-delà du délai visé de { $limit }.
comms-count = { $n ->
    [one] { $n } message public est paru.
   *[other] { $n } messages publics sont parus, à un intervalle médian de { $cadence } ; le plus long silence a duré { $silence }.
}
comms-promises = Points annoncés et tenus : { $kept }. Non tenus : { $broken }.
comms-none-promised = Aucun message n’annonçait de prochain point.
comms-green = La page d’état a affiché « opérationnel » pendant { $duration } alors que des échecs étaient mesurés.
comms-silent = Les fichiers d’entrée ne contiennent aucun message public : aucun n’est paru, ou leur export n’a pas été fourni.
table-messages = Chaque message public face aux données
table-messages-note = Ce qu’il disait, et la part de tentatives en échec à l’heure de sa parution.
column-said = Contenu
column-failing-then = En échec alors
column-next = Annonce
channel-via = { $channel }, { $status }
promise-next = prochain point avant { $time }
promise-end = rétablissement avant { $time }
promise-none = aucune
promise-kept = tenue
promise-late = retard de { $delay }
promise-broken = non tenue
status-investigating = recherche en cours
status-identified = cause identifiée
status-monitoring = sous surveillance
status-resolved = résolu
status-update = point de situation

## Clients

complaints = { $complaints ->
    [0] L’incident n’a provoqué aucune réclamation.
    [one] L’incident a provoqué { $complaints } réclamation.
   *[other] L’incident a provoqué { $complaints } réclamations.
}
complaint-volume = { complaints } Une période comparable en compte { $expected }. Rediffusions et demandes répétées ne comptent qu’une fois.
complaint-range = Les données permettent de dire : entre { $low } et { $high }.
complaint-onset = Les réclamations ont dépassé leur niveau habituel à { $time }.
table-themes = De quoi parlent les réclamations
table-themes-note = Mots les plus parlants de chaque thème, sa part de toutes les réclamations avec l’intervalle à 95 %, et une réclamation telle qu’elle a été écrite.
column-theme = Thème
column-complaints = Réclamations
column-share = Part
column-example = Exemple
survey-csat = { $score } des répondants ont donné l’une des deux meilleures notes (entre { $low } et { $high } ; n = { $n }).
survey-gap-clear = Clients touchés : { $affected }. Clients non touchés : { $unaffected }. Écart : { $gap } (entre { $low } et { $high }) ; le hasard ne suffit pas à l’expliquer.
survey-gap-unclear = Clients touchés : { $affected }. Clients non touchés : { $unaffected }. Écart : { $gap } (entre { $low } et { $high }) ; il peut être dû au hasard.
survey-side-title = Limite de l’enquête
survey-side = Seuls ceux qui ont répondu sont comptés. Si les clients restés silencieux étaient moins satisfaits, l’écart réel dépasse celui qui est montré.
table-survey = Réponses par question
table-survey-note = Satisfaction et échelles : part des deux meilleures notes. NPS : points, de −100 à 100. En gris : intervalle à 95 %.
column-question = Question
column-group = Groupe
column-answers = Réponses
column-score-survey = Résultat
group-all = tous
group-impacted = touchés
group-not-impacted = non touchés
offer-effective = Les clients touchés qui ont reçu l’offre « { $offer } » se sont dits satisfaits plus souvent que ceux qui n’ont rien reçu : { $gap } (entre { $low } et { $high }). Coût : { $cost }.
offer-not-shown = Aucun effet de l’offre « { $offer } » n’est montré : { $gap } (entre { $low } et { $high }). Coût : { $cost }.
offer-too-few = On ne peut pas juger l’offre « { $offer } » (n = { $n }, il en faut au moins { $min }). Coût : { $cost }.
offers-side-title = Limite du tableau des offres
offers-side = À moins que les offres n’aient été tirées au sort, il s’agit d’écarts entre des groupes, non de la preuve d’un effet.
table-offers = Satisfaction et coût de chaque offre
table-offers-note = Effet : part de clients satisfaits face aux clients touchés qui n’ont rien reçu, en points, avec son intervalle à 95 %.
column-offer = Offre
column-effect = Effet, points
column-cost = Coût
verdict-effective = efficace
verdict-not-shown = non montré
verdict-too-few = effectif trop faible
offer-none = rien
offer-replay = replay
offer-vod = vidéo à la demande
offer-promo = offre promotionnelle
offer-credit = avoir
offer-refund = remboursement

## Rétablissement

resolved-mitigated = Les échecs sont revenus au niveau attendu { $delay } après le premier, à { $time }.
resolved-declared = L’incident a été déclaré clos à { $time }, { $delay } après le premier échec.
resolved-open = Les données s’arrêtent avant l’incident : ni sa fin ni le rétablissement ne sont connus.
resolved-unknown = Aucun fichier d’entrée ne dit quand l’incident a été déclaré clos.

## Retour d'expérience

review-none = Aucun retour d’expérience n’est rédigé. Des titres l’attendent dans { $file } : ce qui a bien marché, ce qui a mal marché, où nous avons eu de la chance.
review-went-well = Ce qui a bien marché
review-went-wrong = Ce qui a mal marché
review-lucky = Où nous avons eu de la chance

## Mesures

actions-intro = Une mesure est tenue pour efficace quand sa requête de vérification, lancée sur de nouvelles données, renvoie vrai.
actions-count = { $n ->
    [one] { $n } mesure est enregistrée, dont { $done } achevée.
   *[other] { $n } mesures sont enregistrées ; nombre de mesures achevées : { $done }.
}
actions-none = Aucune mesure corrective n’est enregistrée.
table-actions = Mesures et preuve de chacune
column-action = Mesure
column-because = Motif
column-owner = Responsable, échéance
column-proof = Preuve
action-undated = sans échéance
action-no-owner = sans responsable
action-no-query = sans requête de vérification
action-kind-infrastructure = infrastructure
action-kind-process = processus
action-kind-training = formation
action-kind-monitoring = supervision
action-kind-communication = communication
action-status-open = ouverte
action-status-done = achevée
action-status-closed = achevée
action-status-proposed = proposée
action-status-in-progress = en cours
action-status-overdue = en retard

## Questions ouvertes

heading-conflicts = Éléments qui se contredisent
heading-not-known = Ce que l’on ne sait pas
conflict-end = La fin déclarée est à { $declared }, la fin mesurée à { $measured } : { $delay } les séparent. Les chiffres de ce document partent de la mesure.
conflict-window = Une période a été déclarée de { $start } à { $end } ; celle qui est mesurée va de { $measured-start } à { $measured-end }.
conflict-close = Les pistes 1 et 2 obtiennent { $first } et { $second } : leur ordre tient à peu de chose.
conflict-none = Les sources ne se contredisent sur rien de ce que ce document utilise.
open-none = Chaque requête a trouvé les données qu’il lui faut.
related-none = Aucune archive d’incidents antérieurs n’a été fournie ; on ne sait donc pas si celui-ci s’est déjà produit.

## Méthode

method-window = **Période.** Du premier au dernier échec dû à l’incident ; une accalmie entre deux échecs de même cause en fait partie.
method-window-metrics = **Période.** Aucun fichier ne compte les tentatives : la période est celle où des mesures d’erreurs, d’attente, de disponibilité ou de trafic, d’abord chez les utilisateurs et là où arrivent leurs demandes, s’écartent ensemble, à deux au moins, de l’habituel à cette charge et à cette heure. Ses bornes contiennent ce que dit chacune.
method-window-reports = **Période.** Aucun fichier ne compte les tentatives et aucune mesure ne la montre : la période est celle où les réclamations de panne dépassent leur nombre habituel, aux bornes des erreurs des journaux quand les deux concordent. On se plaint tard : le début peut être antérieur.
method-expected = **Attendu.** Ce que la période de référence laisse attendre à la même heure et le même jour de la semaine.
method-viewers = **Spectateurs touchés.** Le plus grand nombre de spectateurs en échec à un même moment : spectateurs de chaque segment multipliés par sa part d’échecs.
method-minutes = **Minutes de visionnage perdues.** Spectateurs multipliés par la part d’échecs au-delà de l’attendu et par la durée de l’intervalle, le tout additionné sur le temps et les segments.
method-intervals = **Intervalles.** Wilson pour les parts, Newcombe pour les écarts, log-normal pour les rapports, tous à 95 %. Les heures portent le moment le plus tôt et le plus tard que permettent les sources.
method-cause = **Note d’une piste.** Elle pèse l’ordre dans le temps, la force du décalage, la place dans le graphe des dépendances et les modifications. Elle classe ; ce n’est pas une probabilité.
method-complaints = **Réclamations.** Réclamations distinctes au-delà du nombre attendu ; rediffusions, doubles clics et demandes répétées sont rattachés à la première.
method-rounding = **Arrondi.** Un chiffre qui a un intervalle est arrondi à ce que l’intervalle permet ; findings.json contient tous les chiffres.
method-null = **Non connu.** Un chiffre qui ne découle pas des fichiers d’entrée est dit non connu. Il n’est jamais remplacé par zéro.

## Preuves et fichiers d'entrée

evidence-intro = Chaque entrée contient la requête et ses premières lignes, telles que la requête les renvoie, avec les heures en UTC. Les résultats complets sont dans le dossier { $folder } ; { $command } les recalcule tous.
evidence-rows = { $n ->
    [one] { $shown } ligne sur { $n }
   *[other] { $shown } sur { $n } lignes
}
evidence-no-rows = La requête n’a renvoyé aucune ligne.
evidence-from = tirées de { $files }
evidence-all = toutes les lignes : { $file }
inputs-intro = { $n ->
    [one] { $n } fichier a été vu ; non reconnus : { $unrecognised }.
   *[other] { $n } fichiers ont été vus ; non reconnus : { $unrecognised }.
}
table-inputs = Fichiers lus
table-inputs-note = Lues = gardées + rejetées + répétées.
column-file = Fichier
column-table = Table
column-read = Lues
column-kept = Gardées
column-rejected = Rejetées
column-repeated = Répétées
inputs-not-recognised = non reconnu
table-rejects = Lignes qui n’ont pas pu servir
table-rejects-note = Par motif, avec la première ligne concernée. Elles sont toutes dans data/rejects.csv.
column-reason = Motif
column-rows = Lignes
column-first-line = Première ligne
rejects-none = Toutes les lignes ont pu servir.
clock-moved-back = Les heures de { $files } ont été reculées de { $duration } : son horloge avançait, selon la configuration.
clock-moved-ahead = Les heures de { $files } ont été avancées de { $duration } : son horloge retardait, selon la configuration.
clocks-differ = { $n ->
    [one] Deux fichiers notent les mêmes événements à des heures différentes : leurs horloges ne s’accordent pas.
   *[other] { $n } paires de fichiers notent les mêmes événements à des heures différentes : leurs horloges ne s’accordent pas.
}
table-clocks = Horloges qui diffèrent
table-clocks-note = Médiane des événements notés par les deux fichiers, avec son intervalle à 95 % ; le retard constant de l’un d’eux en fait partie. { $key } ou { $zone } dans { $file } corrige un fichier.
column-compared-with = Comparé à
column-offset = Écart
column-shared-events = Événements
clock-is-off = contredit par la plupart des autres
clock-ahead = avance de { $duration }
clock-behind = retard de { $duration }
clock-zone = semble être un fuseau horaire
clock-shared = { $agreeing } sur { $n }
clocks-too-few = { $n ->
    [one] Une paire de fichiers note les mêmes événements, trop peu pour dire si leurs horloges s’accordent.
   *[other] { $n } paires de fichiers notent les mêmes événements, trop peu pour dire si leurs horloges s’accordent.
}

## Ce qu'une entrée manquante laisse dans l'ombre

need-sli-counts = de tentatives ni d’échecs datés
need-viewers = de nombres de spectateurs
need-complaints = de réclamations
need-survey-answers = de réponses à une enquête
need-offers = d’offres faites aux clients
need-public-messages = de messages publics
need-alerts = d’alertes
need-actions = de mesures correctives
need-changes = de mises en production ni de modifications de configuration
need-log-records = de journaux
need-metric-samples = de métriques
need-timeline-events = de notes des intervenants
export-sli-counts = un export des tentatives et des échecs de lecture, minute par minute
export-viewers = un export des spectateurs simultanés, avec les tentatives
export-complaints = un export du service client ou des mentions
export-survey-answers = un export de l’outil d’enquête
export-offers = une liste de ce que les clients ont reçu
export-public-messages = un export de la page d’état ou des messages publiés
export-alerts = un export de l’outil d’alerte
export-actions = une liste de mesures, par exemple celle de l’outil de suivi
export-changes = un export des mises en production ou des modifications
export-log-records = les journaux des services
export-metric-samples = un export de la supervision
export-timeline-events = un export du fil de discussion de l’incident
figure-impact = les conséquences, en tentatives
figure-viewers = le nombre de spectateurs touchés
figure-viewer-minutes = les minutes de visionnage perdues
figure-complaints = les réclamations dues à l’incident
figure-themes = le sujet des réclamations
figure-survey = ce que les clients ont ressenti
figure-offers = l’effet de ce que les clients ont reçu
figure-messages = ce que le public a appris, et quand
figure-detection = l’heure de la détection
figure-mitigation = la fin des conséquences
figure-actions = les mesures correctives
figure-changes = les modifications
figure-logs = ce que disent les journaux
figure-metrics = les métriques décalées
figure-causes = les pistes
figure-slices = la partie du service touchée
figure-milestones = les étapes de l’incident
figure-timeline = le déroulement de la réaction
figure-cost = le coût de l’incident

## Aucun incident

no-incident = Aucun incident trouvé. Aucune série d’échecs ne se distingue de la période de référence.
no-incident-short = Les fichiers ont été lus ; rien n’y échoue plus souvent que d’habitude.
no-incident-why = Motif : { $why }.
no-incident-next = Si vous avez connaissance d’un incident, indiquez sa période dans incident.toml, ou ajoutez les exports nommés ci-dessous.
no-incident-blind = Ce que les fichiers ne couvrent pas
no-incident-covered = Toutes les sortes de données que constat sait lire sont présentes.

## Titres des requêtes

query-attempts-per-minute = Tentatives et échecs par minute
query-incident-window = Période de l’incident
query-incident-waves = Vagues de l’incident
query-impact-totals = Conséquences en tout
query-impact-over-time = Part d’échecs dans le temps, segment et reste
query-impact-by-dimension = Part d’échecs et excès par dimension
query-localisation = Segments qui peuvent expliquer l’incident
query-root-causes = Pistes classées
query-root-cause-signals = Indices des pistes
query-second-candidate = La deuxième piste face à la première
query-cause-without = La première piste sans ses indices
query-cause-additions = Ce qui place une autre piste en tête
query-metric-shifts = Décalages des métriques
query-log-templates-compared = Modèles de message, période et référence
query-log-template-counts = Modèles de message dans le temps
query-changes-near-onset = Modifications proches du début
query-classification = Classement de la panne
query-milestones = Étapes et leurs sources
query-durations = Durées entre les étapes
query-timeline = Tout ce que les fichiers datent
query-public-messages-on-curve = Messages publics face à la part d’échecs
query-promises = Annonces faites dans les messages publics
query-communication = Rythme des messages publics
query-complaints-over-time = Réclamations face au nombre attendu
query-complaint-totals = Réclamations dues à l’incident
query-complaint-themes = Sujet des réclamations
query-survey-by-question = Réponses à l’enquête par question
query-survey-gap = Répondants touchés et non touchés
query-offers-effect = Satisfaction et coût par offre
query-actions-listed = Mesures correctives
query-rejects-by-reason = Lignes rejetées par motif
query-inputs-read = Fichiers lus
query-clock-skew = Comparaison des horloges des fichiers

event-first-failure = Premier échec dû à l’incident
event-last-failure = Dernier échec dû à l’incident
event-onset = Les réclamations dépassent leur niveau habituel
