package io.godwit.provisioning.database;

import io.godwit.events.MigrationEvent;
import io.godwit.events.Topics;
import io.godwit.messaging.InboxListener;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import org.springframework.stereotype.Component;

/** Keeps the status of databases up to date with their migrations. */
@Component
class MigrationStatusListener implements InboxListener<MigrationEvent> {
    private final TenantDatabaseRepository databases;

    MigrationStatusListener(TenantDatabaseRepository databases) {
        this.databases = databases;
    }

    @Override
    public String topic() {
        return Topics.MIGRATIONS;
    }

    @Override
    public Class<MigrationEvent> payloadType() {
        return MigrationEvent.class;
    }

    @Override
    public void onRecord(MigrationEvent event) {
        databases.findAndLock(event.databaseId().toString()).ifPresent(database -> database.onMigration(event));
    }
}
