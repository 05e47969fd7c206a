package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import io.godwit.rest.Page;
import io.godwit.rest.PageQuery;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** Puts together what is known of databases. */
@Component
class DatabaseViews {
    private final DatabaseRecords records;
    private final TenantDatabaseRepository databases;
    private final PlacementRepository placements;
    private final ServerRepository servers;
    private final DatabaseSizes sizes;
    private final ProxyEndpoints endpoints;

    DatabaseViews(
            DatabaseRecords records,
            TenantDatabaseRepository databases,
            PlacementRepository placements,
            ServerRepository servers,
            DatabaseSizes sizes,
            ProxyEndpoints endpoints) {
        this.records = records;
        this.databases = databases;
        this.placements = placements;
        this.servers = servers;
        this.sizes = sizes;
        this.endpoints = endpoints;
    }

    /** @param password the client's, if it was made just now */
    DatabaseView show(DatabaseId id, @Nullable String password) {
        return views(List.of(records.require(id)), password).getFirst();
    }

    Page<DatabaseView> list(String tenant, PageQuery query) {
        records.requireTenant(tenant);
        List<TenantDatabase> fetched = databases.findByTenantAndNameGreaterThanOrderByName(
                tenant, Objects.requireNonNullElse(query.after(), ""), Limit.of(query.fetchSize()));
        Page<TenantDatabase> page =
                Page.of(fetched, query, database -> database.id().name());
        return new Page<>(views(page.items(), null), page.nextCursor());
    }

    private List<DatabaseView> views(List<TenantDatabase> shown, @Nullable String password) {
        List<String> ids =
                shown.stream().map(database -> database.id().toString()).toList();
        Map<DatabaseId, Placement> homes = placements.findHomes(ids).stream()
                .collect(Collectors.toMap(Placement::databaseId, Function.identity()));
        Map<String, Server> homeServers =
                servers
                        .findAllById(homes.values().stream()
                                .map(Placement::serverId)
                                .distinct()
                                .toList())
                        .stream()
                        .collect(Collectors.toMap(Server::id, Function.identity()));
        Map<DatabaseId, Long> measured = sizes.measure(homes.values(), homeServers);
        return shown.stream()
                .map(database -> view(
                        database,
                        homes.get(database.id()),
                        measured.get(database.id()),
                        endpoints.connection(database.id(), database.engine(), password)))
                .toList();
    }

    private static DatabaseView view(
            TenantDatabase database,
            @Nullable Placement home,
            @Nullable Long size,
            ProxyEndpoints.ConnectionView connection) {
        String migration = database.lastMigrationId();
        var migrationStatus = database.lastMigrationStatus();
        return new DatabaseView(
                database.id().tenant(),
                database.id().name(),
                database.engine(),
                database.tier(),
                database.region(),
                database.status(),
                home == null ? null : home.serverId(),
                size,
                migration == null || migrationStatus == null
                        ? null
                        : new DatabaseView.LastMigration(migration, migrationStatus),
                migration,
                database.createdAt(),
                connection);
    }
}
