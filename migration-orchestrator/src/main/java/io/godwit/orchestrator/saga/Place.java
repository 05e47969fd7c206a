package io.godwit.orchestrator.saga;

import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a migration is in its table.
 *
 * @param undoing the undo whose confirmation is awaited; null unless {@link Activity#UNDOING}
 * @param afterwards where the undo leads; null unless {@link Activity#UNDOING}
 * @param attempt repeated by every answer
 * @param oldestAttempt answers from this attempt on still count
 * @param asks how often the present command was sent
 * @param awaited the proxies that have not answered
 * @param entry the number of the timeline entry that is open
 * @param since when the step or undo began
 * @param dueAt when something must happen even if nothing arrives; null if nothing is waited for
 */
public record Place(
        Course course,
        Step step,
        Activity activity,
        @Nullable Undo undoing,
        @Nullable Afterwards afterwards,
        int attempt,
        int oldestAttempt,
        int asks,
        Set<String> awaited,
        int entry,
        Instant since,
        @Nullable Instant dueAt) {

    static Place first(Instant now) {
        return new Place(Course.FORWARD, Step.PLAN, Activity.WAITING, null, null, 1, 1, 0, Set.of(), 0, now, now);
    }

    boolean counts(int answeredAttempt) {
        return oldestAttempt <= answeredAttempt && answeredAttempt <= attempt;
    }

    Place running(Step next, Set<String> proxies, int number, Instant now, @Nullable Instant due) {
        return new Place(
                course, next, Activity.RUNNING, null, null, attempt, oldestAttempt, 1, proxies, number, now, due);
    }

    Place undoing(Undo undo, Afterwards then, Set<String> proxies, int number, Instant now, Instant due) {
        return new Place(
                course, step, Activity.UNDOING, undo, then, attempt, oldestAttempt, 1, proxies, number, now, due);
    }

    Place waiting(Course on, Step next, Instant now, Instant until) {
        return new Place(
                on, next, Activity.WAITING, null, null, attempt, oldestAttempt, 0, Set.of(), entry, now, until);
    }

    Place finished() {
        return new Place(
                course, step, Activity.FINISHED, null, null, attempt, oldestAttempt, 0, Set.of(), entry, since, null);
    }

    /** A new attempt: answers to earlier ones no longer count. */
    Place nextAttempt() {
        int next = attempt + 1;
        return new Place(course, step, activity, undoing, afterwards, next, next, asks, awaited, entry, since, dueAt);
    }

    /** The same question once more under a new number, so that its answer is told from those to earlier ones. */
    Place renumbered() {
        return new Place(
                course,
                step,
                activity,
                undoing,
                afterwards,
                attempt + 1,
                oldestAttempt,
                asks,
                awaited,
                entry,
                since,
                dueAt);
    }

    Place asked(int times, @Nullable Instant due) {
        return new Place(
                course, step, activity, undoing, afterwards, attempt, oldestAttempt, times, awaited, entry, since, due);
    }

    Place leadingTo(Afterwards then) {
        return new Place(
                course, step, activity, undoing, then, attempt, oldestAttempt, asks, awaited, entry, since, dueAt);
    }

    Place without(String proxyId) {
        Set<String> rest =
                awaited.stream().filter(proxy -> !proxy.equals(proxyId)).collect(Collectors.toUnmodifiableSet());
        return new Place(
                course, step, activity, undoing, afterwards, attempt, oldestAttempt, asks, rest, entry, since, dueAt);
    }

    /** The name of the open timeline entry. */
    String label() {
        if (undoing != null) {
            return "UNDO_" + undoing;
        }
        return course == Course.ROLLBACK ? "ROLLBACK_" + step : step.name();
    }
}
