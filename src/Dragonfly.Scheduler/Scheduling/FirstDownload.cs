// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Scheduling;

/// <summary>Who fetches a content that nobody has.</summary>
internal enum FirstDownload
{
    /// <summary>A seed peer; the asker waits for it.</summary>
    Seed,

    /// <summary>The asker itself.</summary>
    BackToSource,

    /// <summary>Nobody: only what peers have may be served.</summary>
    PeersOnly,

    /// <summary>Nobody, and the asker is not served at all.</summary>
    Forbidden,

    /// <summary>The priority is none of the seven.</summary>
    Invalid,
}
