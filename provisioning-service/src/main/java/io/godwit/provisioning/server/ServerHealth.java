package io.godwit.provisioning.server;

import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.registry.ProviderKind;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.ServerStatus;
import io.godwit.provisioning.registry.Transactions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Asks every server and every database process again and again whether it answers, and starts those of ours that died. */
@Component
class ServerHealth {
    private static final Logger LOG = LoggerFactory.getLogger(ServerHealth.class);
    private static final int CHECKS_AT_ONCE = 16;
    /** One missed answer may be a moment of load. */
    private static final int MISSES = 2;

    private final ServerRepository servers;
    private final Engines engines;
    private final ServerRestarts restarts;
    private final ProcessServers processes;
    private final DatabaseHealth databases;
    private final Transactions transactions;
    private final Map<String, Integer> misses = new ConcurrentHashMap<>();

    ServerHealth(
            ServerRepository servers,
            Engines engines,
            ServerRestarts restarts,
            ProcessServers processes,
            DatabaseHealth databases,
            Transactions transactions) {
        this.servers = servers;
        this.engines = engines;
        this.restarts = restarts;
        this.processes = processes;
        this.databases = databases;
        this.transactions = transactions;
    }

    /** One round at a time: it returns when every server was asked. Those that died are started beside it. */
    @Scheduled(initialDelayString = "PT0S", fixedDelayString = "${godwit.provisioning.health-interval:PT5S}")
    synchronized void checkAll() throws InterruptedException {
        List<Server> present = servers.findByStatusIn(List.of(ServerStatus.READY, ServerStatus.UNREACHABLE));
        misses.keySet().retainAll(present.stream().map(Server::id).toList());
        try (ExecutorService checks = Executors.newFixedThreadPool(
                CHECKS_AT_ONCE, Thread.ofVirtual().name("health-", 0).factory())) {
            checks.invokeAll(Stream.concat(present.stream().map(this::check), databases.checks(present).stream())
                    .toList());
        }
    }

    private Callable<Boolean> check(Server server) {
        return () -> {
            boolean answers = engines.provisioner(server.engine()).answers(server.access());
            if (answers) {
                misses.remove(server.id());
                restarts.onAnswer(server.id());
            } else if (server.provider() == ProviderKind.PROCESS) {
                restarts.onSilence(restartable(server));
            }
            if (!answers && misses.merge(server.id(), 1, Integer::sum) < MISSES) {
                return false;
            }
            record(server, answers);
            return answers;
        };
    }

    private ServerRestarts.Restartable restartable(Server server) {
        return new ServerRestarts.Restartable(
                server.id(),
                // It may have been given up for removal since it was asked.
                () -> servers.findById(server.id())
                        .filter(now -> now.status() == ServerStatus.READY || now.status() == ServerStatus.UNREACHABLE)
                        .isPresent(),
                // Its role may have changed since it was asked.
                () -> processes.open(servers.findById(server.id()).orElse(server)));
    }

    private void record(Server checked, boolean answers) {
        if (answers == (checked.status() == ServerStatus.READY)) {
            return;
        }
        transactions.run(() -> servers.findAndLock(checked.id())
                .filter(server -> server.status() == checked.status())
                .ifPresent(server -> {
                    if (answers) {
                        server.ready(server.version());
                    } else {
                        server.unreachable();
                    }
                    LOG.atWarn()
                            .setMessage(answers ? "A server answers again" : "A server does not answer")
                            .addKeyValue("server", server.id())
                            .log();
                }));
    }
}
