// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>The pair of clusters that an empty database gets, with the original's names, ids, limits and JSON text (reference/server.md §1.3).</summary>
internal static class DefaultCluster
{
    /// <summary>Plain SQL, so that a first start does not pay for EF's model before it serves.</summary>
    internal const string Sql = """
        INSERT INTO scheduler_cluster (id, created_at, updated_at, name, bio, config, client_config, seed_client_config, scopes, is_default)
            SELECT 1, @now, @now, 'cluster-1', '', '{"candidate_parent_limit":3,"filter_parent_limit":15,"job_rate_limit":10}', '{"load_limit":200}', '{}', '{}', @yes
            WHERE NOT EXISTS (SELECT 1 FROM scheduler_cluster);
        INSERT INTO seed_peer_cluster (id, created_at, updated_at, name, bio, config)
            SELECT 1, @now, @now, 'cluster-1', '', '{"load_limit":2000}'
            WHERE NOT EXISTS (SELECT 1 FROM seed_peer_cluster);
        INSERT INTO seed_peer_cluster_scheduler_cluster (seed_peer_cluster_id, scheduler_cluster_id)
            SELECT 1, 1 WHERE EXISTS (SELECT 1 FROM scheduler_cluster WHERE id = 1) AND EXISTS (SELECT 1 FROM seed_peer_cluster WHERE id = 1)
                AND NOT EXISTS (SELECT 1 FROM seed_peer_cluster_scheduler_cluster);
        """;
}
