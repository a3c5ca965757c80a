# After the answer: ratings, opening again, promises, publication.

## Where it stands, in a resident's words

state-petitioned = It is for a higher authority. The commune has petitioned { $authority }; you hear of the result
state-higher-authority = It is for a higher authority. The commune has petitioned it; you hear of the result
state-no-resources = There is no money for it yet. The commune is looking for some
state-promised = The commune is working on it, to be done by { $due }
state-kept = The commune reported it done on { $day }
state-answered = The commune answered on { $day }
state-refused = The commune cannot answer this. Reason: { $reason }
mine-moved = The day was moved because: { $reason }

## Clear? Done?

found-clear-promised = Noted. After { $due } you are asked whether it was done.
found-clear-late = Noted. You are asked again once the commune reports it done.
ask-publish = May the commune publish your words (without name and house number) with its answer, for others to read?
may-publish = Noted. The office takes out names and house numbers before it publishes.
may-not-publish = Noted: your words are not published. The answer itself is published for everybody, without your words.
ask-evidence = Where is it still not right? Send a photo, write or say a sentence. The matter is then opened again and the head of the commune told.
evidence-later = Noted. You have another matter unfinished: send or drop it, then write { $code } to open this one again.
let-be = Your word is noted; { $code } is not opened again. If you change your mind, write { $code }.
disputed =
    { $code } is open again, with your { $what ->
        [photo] photo
        [voice] recording
        [document] file
       *[words] words
    }. { $unit } answers you by { $due }; the heads of the commune are told.
disputed-office =
    { $code } is open again, with your { $what ->
        [photo] photo
        [voice] recording
        [document] file
       *[words] words
    }. { $unit } answers you by { $due }; the office is told.
notice-kept = { $code }: { $unit } reported it done on { $day }.
notice-kept-files = { $code }: { $unit } reported it done on { $day }, with { $files }.
ask-kept = What do you see when you pass by?
notice-promise-moved =
    { $code }: { $unit } moved the day from { $before } to { $due }.
    Reason: { $reason }
notice-overdue =
    { $code }: it was to be done by { $due }; { $unit } has not reported it done and was reminded.
    What do you see when you pass by?
notice-rate-reminder =
    { $code }: the commune answered on { $day }.
    Is the answer clear?
button-done = Done
button-partly = Partly done
button-not-done = Not done
button-let-be = Never mind
button-publish = You may
button-publish-not = Do not

## What the commune answered

menu-answers = Answers of the commune
button-answers = Answers so far
answers =
    The commune has answered { $count } matters, the newest first:
    { $list }
    To search, type /congkhai and some words. Which one do you want to read?
answers-found =
    { $count } answers speak of “{ $words }”:
    { $list }
    Which one do you want to read?
answers-found-more =
    { $count } answers speak of “{ $words }”; these are the newest:
    { $list }
    More words find less. Which one do you want to read?
answers-line = { $number }. { $title } · { $day }
answers-none = The commune has published no answer yet. If you have something to say, just write.
answers-no-more = That is all; there is no older answer.
answers-not-found = No answer speaks of “{ $words }” yet. Send your opinion and the commune answers.
answers-gone = This answer is not here any more.
answers-title = { $title }
answers-people = { $count } people asked this.
answers-words = What somebody said: “{ $text }”
answers-answered =
    Answered on { $day }{ $files }:

    { $answer }
answers-corrected =
    The answer, corrected on { $day }{ $files }:

    { $answer }
answers-promised = In hand: { $unit }, to be done by { $due }.
answers-kept = { $unit } reported it done on { $day }.
answers-file = With the commune's answer
