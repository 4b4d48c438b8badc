// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;

namespace Dragonfly.Daemon.Options;

/// <summary>Where traces go.</summary>
public sealed class TracingOptions
{
    /// <summary><c>grpc</c>, <c>http</c> or <c>https</c>.</summary>
    [AllowedValues(null, "grpc", "http", "https")]
    public string? Protocol { get; set; }

    /// <summary>Host and port.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Path of the HTTP forms.</summary>
    public string? Path { get; set; }

    /// <summary>Headers sent along.</summary>
    public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();
}
