// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Dragonfly.Daemon.Options;

/// <summary>Where an endpoint listens.</summary>
public sealed class ListenOptions
{
    /// <summary>Address; default all.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>Port; 0 lets the system choose.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }
}
