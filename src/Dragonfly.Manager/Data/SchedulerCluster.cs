// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>A group of schedulers with its settings. JSON columns are kept as text and read leniently, so that a damaged one hides nothing else.</summary>
internal sealed class SchedulerCluster : Entity
{
    public required string Name { get; set; }

    public string Bio { get; set; } = string.Empty;

    /// <summary>JSON: candidate_parent_limit, filter_parent_limit, job_rate_limit.</summary>
    public string Config { get; set; } = "{}";

    /// <summary>JSON for normal peers: load_limit, block_list.</summary>
    public string ClientConfig { get; set; } = "{}";

    /// <summary>JSON for seed peers: block_list.</summary>
    public string SeedClientConfig { get; set; } = "{}";

    /// <summary>JSON: idc, location, cidrs, hostnames.</summary>
    public string Scopes { get; set; } = "{}";

    public bool IsDefault { get; set; }
}
