# Roles: inviting, ending, opening the sealed lane; village head, observer, admin; entering for a neighbour.

o-card-blank = This card is no longer here.
