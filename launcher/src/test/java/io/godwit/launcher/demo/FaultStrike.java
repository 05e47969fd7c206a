package io.godwit.launcher.demo;

import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.launcher.faults.Fault;
import io.godwit.launcher.faults.FaultCase;
import io.godwit.launcher.faults.FaultCell;
import io.godwit.launcher.faults.Participant;
import io.godwit.launcher.faults.Signals;
import io.godwit.launcher.platform.PlatformPort;
import io.godwit.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What happens to a cell's participant, when a service stands at the cell's point. */
final class FaultStrike {
    /** Longer than a lease, than the silence of proxies, and than the session of a consumer at the broker. */
    private static final Duration PAUSED = Duration.ofSeconds(13);

    private final E2ePlatform platform;
    private final FaultCase asked;
    private final FaultCell cell;
    private final DatabaseId id;
    private final PlacedDatabase source;
    private final String migration;

    /** @param source where the database was before the migration */
    FaultStrike(E2ePlatform platform, FaultCase asked, DatabaseId id, PlacedDatabase source, String migration) {
        this.platform = platform;
        this.asked = asked;
        this.cell = asked.cell();
        this.id = id;
        this.source = source;
        this.migration = migration;
    }

    /** Returns when it is over, but for what has to come up again by itself. */
    void run() throws Exception {
        switch (cell.fault()) {
            case KILL -> Signals.kill(platform.pidOf(process()));
            case RESTART -> restart();
            case PAUSE -> {
                try (Signals.Paused paused = Signals.pause(platform.pidOf(process()))) {
                    platform.points().release(cell.point());
                    paused.last(PAUSED);
                }
            }
            case CUT -> {
                try (AutoCloseable _ = platform.points().cut(servicesCutOff(), portsCutOff())) {
                    platform.points().release(cell.point());
                    // The migration goes on, or waits, without the participant.
                    Eventually.stays("the link of " + cell.participant() + " is cut", PAUSED, () -> true);
                }
            }
        }
    }

    /** A process that stands at the point itself can't end in order before it is let go. */
    private void restart() throws Exception {
        long pid = platform.pidOf(process());
        Signals.end(pid, isPostgres());
        platform.points().release(cell.point());
        Signals.awaitEnd(pid);
    }

    private boolean isPostgres() {
        return cell.participant() == Participant.SERVICES_DATABASE
                || (cell.participant().kind() == Participant.Kind.TENANT_SERVER
                        && asked.engine() == EngineId.POSTGRESQL);
    }

    private String process() throws IOException, InterruptedException {
        return switch (cell.participant().kind()) {
            case SERVICE, INFRASTRUCTURE -> cell.participant().processName();
            case TENANT_SERVER -> platform.processOf(server());
        };
    }

    private List<String> servicesCutOff() {
        Participant participant = cell.participant();
        return participant.kind() == Participant.Kind.SERVICE
                ? List.of(participant.processName())
                : Arrays.stream(Participant.values())
                        .filter(other -> other.kind() == Participant.Kind.SERVICE)
                        .map(Participant::processName)
                        .toList();
    }

    /** Empty: all of them. */
    private List<Integer> portsCutOff() throws IOException, InterruptedException {
        return switch (cell.participant()) {
            case ORCHESTRATOR, REPLICATION, PROVISIONING, PROXY, BACKUP -> List.of();
            case KAFKA -> List.of(platform.port(PlatformPort.KAFKA));
            case SERVICES_DATABASE -> List.of(platform.port(PlatformPort.SERVICES_DATABASE));
            case S3 -> List.of(platform.port(PlatformPort.S3));
            case SOURCE, TARGET -> List.of(server().server().address().port());
        };
    }

    private PlacedDatabase server() throws InterruptedException {
        return cell.participant() == Participant.SOURCE
                ? source
                : platform.placement(
                        id, Fields.text(platform.api().show(migration).json(), "targetServerId"));
    }

    /** Brings back what was killed or ended; the platform itself starts tenant servers. */
    void revive() throws InterruptedException {
        if (cell.fault() == Fault.KILL || cell.fault() == Fault.RESTART) {
            platform.points().release(cell.point());
            platform.startMissing();
        }
    }
}
