# Roles: inviting, ending, opening the sealed lane; village head, observer, admin; entering for a neighbour.

o-card-entered =
    { $role ->
        [village_head] entered by the village head
        [observer] entered by the Front
       *[clerk] entered for someone
    }
o-card-blank = This card is no longer here.

## Roles

o-roles =
    Holding a role: { $count }.
    { $list }
    See whom?
o-role-line = { $number }. { $who }
o-role-card =
    { $who }
    Since { $since } · Reads sealed matters: { $sealed ->
        [yes] yes
       *[no] no
    }
o-role-gone = This role has ended. Nothing was changed.
o-role-own = Nobody changes his own role. Ask another leader or the admin.
o-role-revoke-sure =
    { $who }
    Once the role ends this account sees nothing more, at once. What was assigned stays with the unit, the log stays whole.
    End it?
o-role-revoked = Role ended: { $who }.
o-role-sealed-opened = May read sealed matters now. Each opening is a line of the log.
o-role-sealed-closed = May read sealed matters no more.
o-role-post-ask =
    { $who }
    Type the post to know them by, e.g. Deputy chair
o-role-post-length = A post has 1 to 60 characters. Type it again.
o-role-post-set = Post noted.
notice-role-ended = This account's official role has ended. From now on it is a resident's: write, and it is an opinion.

## Inviting

o-menu-viec-leader = What waits for the leader
o-menu-viec-village-head = The village's matters
o-menu-viec-observer = Issues to review
o-menu-viec-admin = Roles and invitations
o-menu-vaitro = Who holds which role
o-menu-themnguoi = Invite an official
o-invite-whom = Invite into which role?
o-invite-unit = Which unit?
o-invite-village = Which village?
o-invite-not-that = “{ $typed }” cannot be invited.
o-invited =
    Invitation as { $role }, { $place }: <code>{ $code }</code>
    Pass it on; they write to this bot: <code>/start { $code }</code>
    Works once, until { $until }.

## Village head, entering for a neighbour

o-village-home =
    { $village }: { $all } opinions.
    Being read: { $office } · In hand: { $hand } · Answered: { $answered }
    The office reads people's words. For someone without a phone, enter theirs.
o-enter-ask = Type what they say, word for word. Photos and recordings may come with it.
o-enter-preview =
    Entering for someone, look again: { $held }
    At: { $village }
    Read to them: { $office } keeps these words, the village (and the name if wished) to consider and answer, for { $retention }; they may withdraw and delete at any time. Without a name they are answered too.
    Do they agree?
o-enter-name = The name of who asked you? With a phone number if there is one.
o-entered =
    { $code }. Read this code to who asked.
    When there is an answer it comes here, to be read out.
o-entered-none = No opinion entered for anyone yet.
o-entered-list =
    Entered for others:
    { $list }
o-entered-line = { $code } · “{ $words }” · { $state }
o-entry =
    { $code } · { $village } · entered for someone
    “{ $words }”
    Stands: { $state }.
notice-answer-read-out =
    The commune answers { $code }, which you entered. Read it out:

    { $body }

    Is it clear to them?
notice-answer-read-out-files =
    The commune answers { $code }, which you entered (with { $files }). Read it out:

    { $body }

    Is it clear to them?

## Observer, admin

o-observer-home =
    Issues: { $issues } · Answered: { $answered } · Not reviewed: { $unreviewed }
    The Front reads every issue and sees no names.
o-issue-state =
    { $state ->
        [open] to be assigned
        [assigned] in hand
        [drafted] answer awaits approval
        [approved] approved, about to go
        [answered] answered
        [settled] settled
       *[closed] nobody asks any more
    }
o-observed =
    { $code } · { $village } · { $people } people
    “{ $words }”
    { $unit }, due { $due } · { $state }
o-observed-answer =
    Answer:
    { $body }
o-observed-settled = The Front: truly settled.
o-observed-unsettled = The Front: not settled, because { $reason }
o-observe-why = Why is { $code } not truly settled? One sentence; the office and the leader read it.
notice-review =
    The Front: { $code } is not truly settled, because:
    “{ $reason }”
o-admin-home = Admin: roles and invitations. Residents' opinions are not read here.

## Buttons

o-button-roles = The list
o-button-revoke = End the role
o-button-revoke-sure = End this role
o-button-keep-role = Change nothing
o-button-seal = May read sealed
o-button-unseal = No more sealed
o-button-post = Note the post
o-button-invite = Invite someone
o-button-enter = Enter for someone
o-button-enter-another = Enter another
o-button-entered = Entered for others
o-button-agreed-unnamed = Agrees, no name
o-button-agreed-named = Agrees, with name
o-button-not-agreed = Does not, delete
o-button-observe = See one by one
o-button-truly = Truly settled
o-button-not-truly = Not, because…

## Log

o-event-opinion-entered = { $at } { $who } entered it for someone
o-event-issue-found-settled = { $at } the Front: truly settled
o-event-issue-found-unsettled = { $at } the Front: not truly settled
o-event-official-revoked = { $at } { $who } ended the role
o-event-commitment-handed-on = { $at } the commitment goes to another leader

## About each role

o-about-approving = Answers that await approval come here as cards, one choice each. New words of residents are read by the office first.
o-about-staff = What is assigned to the unit comes here as cards. To answer: { $replies ->
        [yes] the card's button, or a reply to the card.
       *[no] the choice below the card, or /traloi with code and text.
    } A leader approves each answer before it goes.
o-about-village-head = You see how many matters the village has. The office reads people's words. When you enter one for someone, its answer comes here to be read out.
o-about-observer = You read every issue that was accepted, without names, and say of an answered one whether it was truly settled.
o-about-admin = Roles and invitations. Residents' opinions are not read here.
