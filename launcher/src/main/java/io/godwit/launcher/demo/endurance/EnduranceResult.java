package io.godwit.launcher.demo.endurance;

import io.godwit.cli.output.Quantities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.ToLongFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What many moves came to. */
public record EnduranceResult(
        EnduranceOptions options, List<Leg> legs, List<EnduranceChapter> chapters, Duration took) {

    public boolean good() {
        return legs.size() == options.moves()
                && legs.stream().allMatch(Leg::good)
                && chapters.stream().allMatch(EnduranceChapter::good);
    }

    private long sum(ToLongFunction<EnduranceChapter> count) {
        return chapters.stream().mapToLong(count).sum();
    }

    private long exchanges() {
        return sum(EnduranceChapter::exchanges);
    }

    private long failed() {
        return sum(EnduranceChapter::failed);
    }

    private long lost() {
        return sum(chapter -> chapter.verdict().lost());
    }

    private long doubled() {
        return sum(chapter -> chapter.verdict().doubled());
    }

    private long misordered() {
        return sum(chapter -> chapter.verdict().misordered());
    }

    long failedMoves() {
        return legs.stream().filter(leg -> !leg.good()).count();
    }

    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (EnduranceChapter chapter : chapters) {
            remarks.addAll(chapter.errors());
            remarks.addAll(chapter.verdict().examples());
        }
        for (int i = 0; i < legs.size(); i++) {
            if (!legs.get(i).good()) {
                remarks.add("move " + (i + 1) + ": " + legs.get(i).line());
            }
        }
        if (legs.size() < options.moves()) {
            remarks.add("ended after " + legs.size() + " of " + options.moves() + " moves");
        }
        if (!chapters.stream().allMatch(EnduranceChapter::sameFingerprint)) {
            remarks.add("schema or rows differ from what they were before the first move");
        }
        return remarks;
    }

    /** In milliseconds: the pause under its own name, then each step of the cutover. */
    private SequencedMap<String, Percentiles> times() {
        SequencedMap<String, List<Long>> values = new LinkedHashMap<>();
        List<Long> pauses =
                legs.stream().map(Leg::pauseMillis).filter(Objects::nonNull).toList();
        if (!pauses.isEmpty()) {
            values.put("pause", pauses);
        }
        for (Leg leg : legs) {
            leg.steps()
                    .forEach((step, millis) ->
                            values.computeIfAbsent(step, _ -> new ArrayList<>()).add(millis));
        }
        SequencedMap<String, Percentiles> times = new LinkedHashMap<>();
        values.forEach((name, list) -> times.put(name, Percentiles.of(list)));
        return times;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("seed", options.seed())
                .put("moves", legs.size())
                .put("failedMoves", failedMoves())
                .put("clients", options.clients())
                .put("exchanges", exchanges())
                .put("failed", failed())
                .put("lost", lost())
                .put("doubled", doubled())
                .put("misordered", misordered())
                .put("seconds", took.toSeconds());
        ObjectNode times = json.putObject("millis");
        times().forEach((name, time) -> times.putObject(name)
                .put("p50", time.p50())
                .put("p95", time.p95())
                .put("p99", time.p99())
                .put("max", time.max()));
        ArrayNode remarks = json.putArray("remarks");
        remarks().forEach(remarks::add);
        return json;
    }

    List<String> summary() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(good() ? "moved, and nobody noticed" : "NOT as promised");
        lines.add("  seed             " + options.seed());
        lines.add("  moves            " + legs.size() + ", failed " + failedMoves() + ", in "
                + Quantities.duration(took));
        lines.add("  clients          " + options.clients() + " sessions, " + Quantities.count(exchanges())
                + " exchanges");
        lines.add("  failed           " + Quantities.count(failed()));
        lines.add("  lost             " + Quantities.count(lost()));
        lines.add("  doubled          " + Quantities.count(doubled()));
        lines.add("  out of order     " + Quantities.count(misordered()));
        times().forEach((name, time) -> lines.add("  %-15s  p50 %d ms, p95 %d ms, p99 %d ms, max %d ms"
                .formatted(name, time.p50(), time.p95(), time.p99(), time.max())));
        remarks().forEach(remark -> lines.add("  ! " + remark));
        return lines;
    }
}
