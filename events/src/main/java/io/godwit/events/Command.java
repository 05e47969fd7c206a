package io.godwit.events;

/** Asks one service to do something for a migration. Delivered at least once; doing it twice does nothing twice. */
public sealed interface Command extends Message
        permits ProvisioningCommand, ReplicationCommand, ProxyCommand, BackupCommand {
    StepRef step();
}
