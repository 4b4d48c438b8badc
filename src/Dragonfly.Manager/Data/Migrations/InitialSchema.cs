// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data.Migrations;

/// <summary>
/// The tables of the original that the cluster needs, with its names (reference/server.md §1.3). Foreign keys are left out as there: a row whose
/// partner is gone must not block the others, and readers cope.
/// </summary>
internal static class InitialSchema
{
    private const string Base = "id {id}, created_at {time} NOT NULL, updated_at {time} NOT NULL, is_del {bool} NOT NULL DEFAULT {false}";

    internal static Migration Step { get; } = new(1, "initial schema", $$"""
        CREATE TABLE scheduler_cluster ({{Base}}, name text NOT NULL UNIQUE, bio text NOT NULL, config text NOT NULL, client_config text NOT NULL,
            seed_client_config text NOT NULL, scopes text NOT NULL, is_default {bool} NOT NULL);
        CREATE TABLE seed_peer_cluster ({{Base}}, name text NOT NULL UNIQUE, bio text NOT NULL, config text NOT NULL);
        CREATE TABLE seed_peer_cluster_scheduler_cluster (seed_peer_cluster_id bigint NOT NULL, scheduler_cluster_id bigint NOT NULL,
            PRIMARY KEY (seed_peer_cluster_id, scheduler_cluster_id));
        CREATE TABLE scheduler ({{Base}}, host_name text NOT NULL, ip text NOT NULL, port integer NOT NULL, idc text NOT NULL, location text NOT NULL,
            state text NOT NULL, features text NOT NULL, config text NOT NULL, last_keep_alive_at {time} NOT NULL, scheduler_cluster_id bigint NOT NULL,
            UNIQUE (host_name, ip, scheduler_cluster_id));
        CREATE INDEX scheduler_by_cluster ON scheduler (scheduler_cluster_id);
        CREATE TABLE seed_peer ({{Base}}, host_name text NOT NULL, type text NOT NULL, idc text NOT NULL, location text NOT NULL, ip text NOT NULL,
            port integer NOT NULL, download_port integer NOT NULL, object_storage_port integer NOT NULL, state text NOT NULL,
            seed_peer_cluster_id bigint NOT NULL, UNIQUE (host_name, ip, seed_peer_cluster_id));
        CREATE INDEX seed_peer_by_cluster ON seed_peer (seed_peer_cluster_id);
        CREATE TABLE peer ({{Base}}, host_name text NOT NULL, type text NOT NULL, idc text NOT NULL, location text NOT NULL, ip text NOT NULL,
            port integer NOT NULL, download_port integer NOT NULL, proxy_port integer NOT NULL, object_storage_port integer NOT NULL, state text NOT NULL,
            os text NOT NULL, platform text NOT NULL, platform_family text NOT NULL, platform_version text NOT NULL, kernel_version text NOT NULL,
            git_version text NOT NULL, git_commit text NOT NULL, build_platform text NOT NULL, scheduler_cluster_id bigint NOT NULL,
            UNIQUE (host_name, ip, type, scheduler_cluster_id));
        CREATE INDEX peer_by_type ON peer (type);
        CREATE INDEX peer_by_git_version ON peer (git_version);
        CREATE INDEX peer_by_git_commit ON peer (git_commit);
        CREATE TABLE application ({{Base}}, name text NOT NULL UNIQUE, url text NOT NULL, bio text NOT NULL, priority text NOT NULL, user_id bigint NOT NULL);
        CREATE TABLE config ({{Base}}, name text NOT NULL UNIQUE, value text NOT NULL, bio text NOT NULL, user_id bigint NOT NULL);
        """);
}
