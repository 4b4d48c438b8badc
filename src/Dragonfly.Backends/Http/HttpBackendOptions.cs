// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Backends.Http;

/// <summary>How HTTP(S) origins are spoken to. Set before first use; not changed afterwards.</summary>
public sealed class HttpBackendOptions
{
    /// <summary>Headers added to every request that lacks them; none by default.</summary>
    public IDictionary<string, string> RequestHeader { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// How often a request is repeated after a transient failure (statuses 408, 429, 500, 502, 503, 504, no connection); 0 to 100. Default 3: with the
    /// back-off of 100, 200 and 400 ms it rides out a restart of the origin's front end. The original repeats once.
    /// </summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>First pause before a repetition; doubled each time up to <see cref="MaxRetryDelay"/>, and a random half of it is taken off.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause of our own choosing. Default 5 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A Retry-After beyond this is not waited for: the failure is told at once, with the time. Default 30 s.</summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether targets of 307 and 308 redirects are kept, so that not every piece asks twice. Default true.</summary>
    public bool EnableCacheTemporaryRedirect { get; set; } = true;

    /// <summary>How long such a target is kept; it is dropped sooner when it answers 401 or 403 (a signature that expired). Default 10 min, as the original.</summary>
    public TimeSpan CacheTemporaryRedirectTTL { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a 403, 404 or 410 is answered from memory, so that a crowd that asks for a missing file costs the origin one request. Default 2 s; zero turns it off.</summary>
    public TimeSpan NegativeCacheTTL { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long making a connection may take. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the origin may send nothing, before the headers and within the body. There is no limit on the whole. Default 30 s.</summary>
    public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections to one origin at once. Default 64: eight tasks with eight pieces each, and kind to small origins.</summary>
    public int MaxConnectionsPerHost { get; set; } = 64;

    /// <summary>Path of a PEM file with certificates that origins may be signed by, besides the system's; none by default.</summary>
    public string? CaCert { get; set; }

    /// <summary>Do not verify origins' certificates. Default false; <see cref="CaCert"/> is the better way. (The original never verifies.)</summary>
    public bool InsecureSkipVerify { get; set; }

    /// <summary>Sent as User-Agent unless the caller gives one. Default <c>dragonfly/</c> and the version, as the original.</summary>
    public string UserAgent { get; set; } = $"dragonfly/{typeof(HttpBackendOptions).Assembly.GetName().Version?.ToString(3)}";
}
