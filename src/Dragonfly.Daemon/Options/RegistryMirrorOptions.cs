// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Daemon.Options;

/// <summary>The registry mirror.</summary>
public sealed class RegistryMirrorOptions
{
    /// <summary>The registry.</summary>
    public string Addr { get; set; } = "https://index.docker.io";

    /// <summary>Certificates (PEM file) that it must be signed by.</summary>
    public string? Cert { get; set; }

    /// <summary>Blobs are named by their digest.</summary>
    [OptionKey("enableTaskIDBasedBlobDigest")]
    public bool EnableTaskIDBasedBlobDigest { get; set; }
}
