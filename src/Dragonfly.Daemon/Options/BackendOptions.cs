// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Core.Units;
using Dragonfly.Hosting.Options;

namespace Dragonfly.Daemon.Options;

/// <summary>Origins.</summary>
public sealed class BackendOptions
{
    /// <summary>Headers added to origin requests that lack them.</summary>
    public IDictionary<string, string> RequestHeader { get; set; } = new Dictionary<string, string>();

    /// <summary>How often a transient failure is tried again. The original's 1 does not outlast the restart of an origin's front end.</summary>
    [Range(0, 100)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>Remember targets of temporary redirects.</summary>
    public bool EnableCacheTemporaryRedirect { get; set; } = true;

    /// <summary>For how long.</summary>
    [OptionKey("cacheTemporaryRedirectTTL")]
    public TimeSpan CacheTemporaryRedirectTTL { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Accepted; uploads to object stores come with a later version.</summary>
    public int PutConcurrentChunkCount { get; set; } = 16;

    /// <summary>Accepted, see above.</summary>
    public ByteSize PutChunkSize { get; set; } = ByteSize.FromMiB(8);

    /// <summary>Accepted, see above.</summary>
    public TimeSpan PutTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Accepted and unused: the system's resolver is used.</summary>
    [OptionKey("enableHickoryDNS")]
    public bool EnableHickoryDNS { get; set; } = true;

    /// <summary>Ours: certificates (PEM file) that origins may be signed by, besides the system's.</summary>
    public string? CaCert { get; set; }

    /// <summary>Ours: do not verify origins' certificates. Never needed with the key above.</summary>
    public bool InsecureSkipVerify { get; set; }

    /// <summary>Ours: folders whose files <c>file://</c> URLs may read. Default none: whoever may ask for a download could read everything otherwise.</summary>
    public IList<string> FileFolders { get; set; } = [];
}
