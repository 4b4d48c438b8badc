// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Dragonfly.Scheduler;

/// <summary>The health endpoint over HTTP.</summary>
public sealed class SchedulerHealthOptions
{
    /// <summary>Whether it is served. Default false: gRPC health is always there.</summary>
    public bool Enable { get; set; }

    /// <summary>Address to listen on; null for all.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>Port; 0, the default, chooses one.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }
}
