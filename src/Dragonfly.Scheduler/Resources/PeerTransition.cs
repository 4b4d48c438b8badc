// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>What moves a peer from state to state (the original's table, reference/server.md §2.2).</summary>
internal enum PeerTransition
{
    /// <summary>Pending → ReceivedEmpty.</summary>
    RegisterEmpty,

    /// <summary>Pending → ReceivedNormal.</summary>
    RegisterNormal,

    /// <summary>Any Received* → Running.</summary>
    Download,

    /// <summary>Any Received*, Running → BackToSource.</summary>
    DownloadBackToSource,

    /// <summary>Any Received*, Running, BackToSource → Succeeded.</summary>
    DownloadSucceeded,

    /// <summary>Everything but Failed and Leave → Failed.</summary>
    DownloadFailed,

    /// <summary>Everything but Leave → Leave.</summary>
    Leave,
}
