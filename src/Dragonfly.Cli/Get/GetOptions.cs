// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Get;

/// <summary>What the command line and the environment of <c>dfget</c> ask for. Defaults are the original's.</summary>
internal sealed class GetOptions
{
    /// <summary>Where a daemon listens when nothing else is said.</summary>
    public const string DefaultEndpoint = "/var/run/dragonfly/dfdaemon.sock";

    /// <summary>What to fetch; null with <see cref="List"/>.</summary>
    public string? Url { get; set; }

    /// <summary>File, or folder for a directory URL; <c>-</c> is standard output.</summary>
    public string? Output { get; set; }

    /// <summary>A file of URL and output pairs, or <c>-</c> for standard input.</summary>
    public string? List { get; set; }

    /// <summary>Downloads at once with <see cref="List"/>: enough to hide one answer's latency behind the others' bytes.</summary>
    public int Jobs { get; set; } = 4;

    /// <summary>Print one JSON object a line on standard output instead of text.</summary>
    public bool Json { get; set; }

    /// <summary>Take the bytes over the socket and write the output here.</summary>
    public bool TransferFromDfdaemon { get; set; }

    /// <summary>Replace an output that exists.</summary>
    public bool Overwrite { get; set; }

    /// <summary>Fail rather than copy when the daemon cannot link.</summary>
    public bool ForceHardLink { get; set; }

    /// <summary>Text whose hash is the task id instead of the URL's.</summary>
    public string? ContentForCalculatingTaskId { get; set; }

    /// <summary>Treat the URL as a directory.</summary>
    public bool Recursive { get; set; }

    /// <summary>The longest time from start to end.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(2);

    /// <summary>What the content must hash to, <c>algorithm:text</c>.</summary>
    public string? Digest { get; set; }

    /// <summary>0 to 6; see the scheduler's seed trigger.</summary>
    public int Priority { get; set; } = 6;

    /// <summary>Length of pieces, bytes; null lets the daemon choose.</summary>
    public ulong? PieceLength { get; set; }

    /// <summary>Part of the task id.</summary>
    public string Application { get; set; } = "";

    /// <summary>Part of the task id.</summary>
    public string Tag { get; set; } = "";

    /// <summary>Headers for the origin.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>Query keys that do not belong to the task id; null means the built-in list.</summary>
    public List<string>? FilteredQueryParams { get; set; }

    /// <summary>Relative paths to take from a directory; empty takes all.</summary>
    public List<string> IncludeFiles { get; } = [];

    /// <summary>Never read pieces from the origin on this host.</summary>
    public bool DisableBackToSource { get; set; }

    /// <summary>Object store settings.</summary>
    public ObjectStoreOptions Storage { get; } = new();

    /// <summary>WebHDFS delegation token.</summary>
    public string? HdfsDelegationToken { get; set; }

    /// <summary>Hugging Face.</summary>
    public HubOptions HuggingFace { get; } = new("main", "https://huggingface.co");

    /// <summary>ModelScope.</summary>
    public HubOptions ModelScope { get; } = new("master", "https://modelscope.cn");

    /// <summary>OpenCSG.</summary>
    public HubOptions OpenCsg { get; } = new("main", "https://hub.opencsg.com/csg/");

    /// <summary>The largest number of files that a directory may have.</summary>
    public int MaxFiles { get; set; } = 100;

    /// <summary>Files of a directory in flight at once.</summary>
    public int MaxConcurrentRequests { get; set; } = 5;

    /// <summary>No bar.</summary>
    public bool NoProgress { get; set; }

    /// <summary>The daemon's socket.</summary>
    public string Endpoint { get; set; } = DefaultEndpoint;

    /// <summary>Which logs <see cref="Console"/> shows.</summary>
    public string LogLevel { get; set; } = "info";

    /// <summary>Print logs on standard error.</summary>
    public bool Console { get; set; }

    /// <summary>Print the help and leave.</summary>
    public bool Help { get; set; }

    /// <summary>Print the version and leave.</summary>
    public bool Version { get; set; }
}
