// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>A small HTTP endpoint.</summary>
public sealed class EndpointOptions
{
    /// <summary>Where it listens.</summary>
    public ListenOptions Server { get; set; } = new();
}
