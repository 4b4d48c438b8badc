// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Hosting.Options;

namespace Dragonfly.Manager.Options;

/// <summary>The gRPC port, written as a range of which the original uses the start only.</summary>
[OptionScalar("start", "end")]
public sealed class ManagerPortOptions
{
    /// <summary>The port; 0 lets the system choose. Default 65003, as the original.</summary>
    [Range(0, 65535)]
    public int Start { get; set; } = 65003;

    /// <summary>Accepted and unused, as in the original.</summary>
    [Range(0, 65535)]
    public int End { get; set; } = 65003;
}
