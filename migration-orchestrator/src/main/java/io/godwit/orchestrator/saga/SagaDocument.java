package io.godwit.orchestrator.saga;

import static io.godwit.events.MigrationPhase.PREFLIGHT;

import io.godwit.orchestrator.saga.StepDefinition.Condition;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The saga's table for people: the page {@code docs/migration-saga.md}, and the plan of a dry run. */
public final class SagaDocument {
    private SagaDocument() {}

    /**
     * One row as a dry run shows it.
     *
     * @param command null where nothing is sent
     */
    public record PlannedStep(
            String step, String phase, @Nullable String command, String awaits, String deadline, List<String> undo) {}

    /** The steps that a migration would go through; what only a dry run asks is not among them. */
    public static List<PlannedStep> plan(Migration migration) {
        Stream<StepDefinition> asked = MigrationSaga.FORWARD.stream().filter(row -> row.phase() == PREFLIGHT);
        Stream<StepDefinition> rows = migration.movesByRestore()
                ? Stream.concat(asked, MigrationSaga.FALLBACK.stream())
                : MigrationSaga.FORWARD.stream();
        return rows.filter(row ->
                        row.condition() != Condition.DRY_RUN && row.condition().holds(migration))
                .map(row -> new PlannedStep(
                        row.step().name(),
                        row.phase().name(),
                        row.command() == null ? null : row.command().getSimpleName(),
                        awaits(row),
                        deadline(row.deadline()),
                        row.undos().stream()
                                .map(undo -> undo.command().getSimpleName())
                                .toList()))
                .toList();
    }

    /** The page in Markdown. */
    public static String markdown() {
        return """
                # The saga of a migration

                Generated from `MigrationSaga`, version %d; a test compares this page with the code.

                ## The move
                %s
                HAND_OVER is all that the pause needs of the servers, in one command and in this order: the source is \
                fenced; a marker written after that is seen on the target, the schemas are compared, the sequences \
                carried; then, where there is a rollback window, the stream is turned around.

                Where both servers are dedicated and the target can begin as a standby of the source's whole server, \
                it does so (CLONE, FOLLOW instead of PROVISION, COPY). HAND_OVER then fences the source and waits \
                until the standby has replayed what came before; in EXCHANGE the source is stopped cleanly, the \
                standby promoted when it has the source's log to its end, and the source becomes the standby of the \
                target: that is the way back.

                ## The move by backup and restore
                Taken with the policy `AUTOMATIC` where preflight finds that replication can't do it, or where COPY, FOLLOW or \
                CATCH_UP fails for a reason that does not pass; what was begun is undone first. The backup is taken \
                after the fence, so nothing that was acknowledged can be missing from it. Clients are held from HOLD \
                to COMMIT: their hold is renewed every few seconds, and the way is not taken where it is expected to \
                last longer than it may (FALLBACK_TOO_LONG). It may be cancelled until COMMIT. Afterwards there is no \
                way back: in the window the old server keeps the database as it was, fenced.

                %s
                ## The rollback, inside the rollback window
                The same cutover with the sides swapped, over the reverse stream, which is waited for first. The old \
                source stays fenced until COMMIT and admits only connections that the proxies open ahead, with a \
                secret (ADMIT; a standby has no secrets of its own and admits nobody). It may be undone or cancelled \
                until its own COMMIT; then the migration is back in its rollback window.

                %s
                ## Undo
                An undo is recorded before the command it takes back is sent, and accepts that the deed never happened. \
                Recorded undos run in this order, each until it is confirmed:

                %s
                Clients flow again first. A gate opens only after the server it leads to is unfenced.

                ## Failures
                - Before HOLD a transient failure undoes the steps from the retry point on and tries again with back-off, a few times; any other failure undoes everything, and a rollback's leads back to the rollback window. Where transactions keep the stream back from beginning (SLOT_NOT_READY in CATCH_UP or VERIFY), the copy is kept and CATCH_UP is tried again.
                - Nobody is held before provisioning has answered in this attempt that it is there and would commit (REHEARSE); only an answer to the last asking counts, since an earlier one may have been written before provisioning died. A service that is told to stop while clients are held stays until what it has to do with that is done, for 5 s at most; it begins no new hold, and answers no rehearsal.
                - From HOLD to COMMIT an attempt that does not reach COMMIT within `maxPause` is undone and tried again until `drainTimeout` is used up; then everything is undone. With `FORCE`, where it was sessions that could not leave their server, these are ended before that in up to three more attempts: first those whose client is awaited, with an open transaction for example, and a quarter of the drain's time later the rest, which may only have waited for their locks.
                - In the move by backup and restore, a transient failure between FENCE and COMMIT opens the source, lets the clients go and begins again at REHEARSE with a new backup, a few times; any other failure, and the end of the time it may take, undoes everything.
                - COMMIT is repeated until it is answered: its outcome is never assumed.
                - After COMMIT every command is repeated until it is done.
                """.formatted(
                        MigrationSaga.VERSION,
                        table(MigrationSaga.FORWARD),
                        table(MigrationSaga.FALLBACK),
                        table(MigrationSaga.ROLLBACK),
                        undos());
    }

    private static String table(List<StepDefinition> rows) {
        return rows.stream()
                .map(row -> "| %s | %s | %s | %s | %s | %s | %s | %s |\n"
                        .formatted(
                                row.step()
                                        + (row.condition() == Condition.ALWAYS
                                                ? ""
                                                : " (if " + row.condition().words() + ")"),
                                row.phase(),
                                row.status().id(),
                                row.command() == null
                                        ? "–"
                                        : "`" + row.command().getSimpleName() + "`",
                                awaits(row),
                                deadline(row.deadline()),
                                row.undos().isEmpty()
                                        ? "–"
                                        : row.undos().stream().map(Undo::name).collect(Collectors.joining(", ")),
                                row.retryFrom() == null
                                        ? "forward only"
                                        : row.retryFrom().name()))
                .collect(Collectors.joining("", """
                        | step | phase | status | command | awaits | deadline | undo | retry from |
                        |---|---|---|---|---|---|---|---|
                        """, ""));
    }

    private static String undos() {
        StringBuilder text = new StringBuilder("""
                | undo | command | confirmed by | until |
                |---|---|---|---|
                """);
        for (Undo undo : Undo.values()) {
            Class<?> confirmation = undo.confirmation();
            text.append("| %s | `%s` | %s | %s |\n"
                    .formatted(
                            undo,
                            undo.command().getSimpleName(),
                            confirmation == null ? "–" : "`" + confirmation.getSimpleName() + "`",
                            confirmation == null ? "–" : deadline(undo.deadline())));
        }
        return text.toString();
    }

    private static String awaits(StepDefinition row) {
        Class<?> awaited = row.awaits();
        if (awaited == null) {
            return "the end of the window";
        }
        return "`" + awaited.getSimpleName() + "`" + (row.asksEveryProxy() ? " from every live proxy" : "");
    }

    private static String deadline(Deadline deadline) {
        return switch (deadline) {
            case Deadline.Ask ask ->
                ask.times() + " × " + seconds(ask.silence()) + " of silence, " + hours(ask.atMost()) + " at most";
            case Deadline.Insist insist ->
                "asked every " + seconds(insist.every()) + "; an operator is called after " + insist.times();
            case Deadline.Pause _ -> "what is left of `maxPause`";
            case Deadline.Keep keep ->
                keep.times() + " × " + seconds(keep.renewal().multipliedBy(keep.silence()))
                        + " of silence; what is left of the longest restore";
            case Deadline.UntilAnswered until -> "asked every " + seconds(until.every()) + " until answered";
            case Deadline.Lapse lapse -> lapse.times() + " × " + seconds(lapse.every()) + ", then without the silent";
            case Deadline.Window _ -> "the rollback window";
        };
    }

    private static String hours(Duration duration) {
        return duration.toHours() > 0 ? duration.toHours() + " h" : seconds(duration);
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
