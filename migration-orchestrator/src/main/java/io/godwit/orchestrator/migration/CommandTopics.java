package io.godwit.orchestrator.migration;

import io.godwit.events.BackupCommand;
import io.godwit.events.Command;
import io.godwit.events.ProvisioningCommand;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ReplicationCommand;
import io.godwit.events.Topics;

/** Where each command goes. */
final class CommandTopics {
    private CommandTopics() {}

    static String of(Command command) {
        return switch (command) {
            case ProvisioningCommand _ -> Topics.PROVISIONING_COMMANDS;
            case ReplicationCommand _ -> Topics.REPLICATION_COMMANDS;
            case ProxyCommand _ -> Topics.PROXY_COMMANDS;
            case BackupCommand _ -> Topics.BACKUP_COMMANDS;
        };
    }
}
