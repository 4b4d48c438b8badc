// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Hosting.Options;

namespace Dragonfly.Daemon.Options;

/// <summary>Whether this daemon is a seed peer.</summary>
public sealed class SeedPeerOptions
{
    /// <summary>Be a seed peer.</summary>
    public bool Enable { get; set; }

    /// <summary><c>super</c>, or <c>normal</c>; what is announced.</summary>
    [AllowedValues("super", "strong", "weak", "normal")]
    public string Type { get; set; } = "super";

    /// <summary>Accepted and unused, as in the original: seeds are found through their announcements.</summary>
    [OptionKey("clusterID")]
    public ulong? ClusterID { get; set; }
}
