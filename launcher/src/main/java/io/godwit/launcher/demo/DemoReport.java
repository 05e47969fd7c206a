package io.godwit.launcher.demo;

import io.godwit.cli.output.Quantities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the demo tells at its end.
 *
 * @param start how long the platform took to start; null if it was running before
 */
record DemoReport(List<EngineResult> engines, @Nullable Duration start) {
    private static final double MILLIS = 1000.0;

    boolean good() {
        return engines.stream().allMatch(engine -> engine.good() || engine.isLeftOut());
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode list = json.putArray("engines");
        engines.forEach(engine -> list.add(json(engine)));
        json.put("startSeconds", start == null ? null : start.toMillis() / MILLIS);
        return json;
    }

    private static ObjectNode json(EngineResult result) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("engine", result.engine().id())
                .put("migration", result.migration())
                .put("status", result.status())
                .put("clients", result.clients())
                .put("exchanges", result.exchanges())
                .put("failed", result.failed())
                .put("lost", result.lost())
                .put("doubled", result.doubled())
                .put("misordered", result.misordered())
                .put("pauseMs", result.pauseMillis())
                .put("rows", result.rows())
                .put("syncSeconds", result.syncMillis() == null ? null : result.syncMillis() / MILLIS)
                .put("longestExchangeMs", result.longestExchange().toMillis())
                .put("usualLongestExchangeMs", result.usualLongestExchange().toMillis())
                .put("verified", result.verified());
        ArrayNode remarks = json.putArray("remarks");
        result.remarks().forEach(remarks::add);
        return json;
    }

    List<String> summary() {
        List<String> lines = new ArrayList<>();
        if (start != null) {
            lines.add("Platform started in " + Quantities.duration(start));
        }
        engines.forEach(engine -> lines.addAll(summary(engine)));
        return lines;
    }

    private static List<String> summary(EngineResult result) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        if (result.isLeftOut()) {
            lines.add(result.engine().id() + ": left out; " + String.join("; ", result.remarks()));
            return lines;
        }
        lines.add(result.engine().id() + ": " + (result.good() ? "moved, and nobody noticed" : "NOT as promised"));
        lines.add("  migration        " + (result.migration() == null ? "-" : result.migration()) + "  "
                + result.status());
        lines.add("  copied           " + count(result.rows()) + throughput(result));
        lines.add("  clients          " + result.clients() + " sessions, " + Quantities.count(result.exchanges())
                + " exchanges");
        lines.add("  failed           " + Quantities.count(result.failed()));
        lines.add("  lost             " + Quantities.count(result.lost()));
        lines.add("  doubled          " + Quantities.count(result.doubled()));
        lines.add("  out of order     " + Quantities.count(result.misordered()));
        lines.add("  pause            " + (result.pauseMillis() == null ? "-" : result.pauseMillis() + " ms")
                + "  (longest exchange " + Quantities.duration(result.longestExchange()) + "; before the move "
                + Quantities.duration(result.usualLongestExchange()) + ")");
        lines.add("  compared         " + (result.verified() ? "equal on both servers" : "NOT verified"));
        result.remarks().forEach(remark -> lines.add("  ! " + remark));
        return lines;
    }

    private static String count(@Nullable Long number) {
        return number == null ? "-" : Quantities.count(number);
    }

    private static String throughput(EngineResult result) {
        Long rows = result.rows();
        Long millis = result.syncMillis();
        if (rows == null || millis == null) {
            return "";
        }
        long perSecond = Math.round(rows * MILLIS / Math.max(1, millis));
        return " in " + Quantities.duration(Duration.ofMillis(millis)) + "  (" + Quantities.count(perSecond) + "/s)";
    }
}
