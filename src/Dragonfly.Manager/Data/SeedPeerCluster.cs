// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>A group of seed peers with its settings.</summary>
internal sealed class SeedPeerCluster : Entity
{
    public required string Name { get; set; }

    public string Bio { get; set; } = string.Empty;

    /// <summary>JSON: load_limit, block_list.</summary>
    public string Config { get; set; } = "{}";
}
