// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Scheduling;

/// <summary>Why a peer may not be sent to the origin.</summary>
internal enum SourceBan : byte
{
    /// <summary>It may.</summary>
    None,

    /// <summary>The user said so (<c>disable_back_to_source</c>).</summary>
    Disabled,

    /// <summary>Its priority is level 2: from peers or not at all.</summary>
    Priority,
}
