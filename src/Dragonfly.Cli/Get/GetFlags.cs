// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Get;

/// <summary>All flags of <c>dfget</c>: the original's with its environment names, then ours.</summary>
internal static class GetFlags
{
    /// <summary>The flags in the order of the help.</summary>
    public static GetFlag[] All() =>
    [
        Value("output", 'O', "PATH", null, "file to write, folder for a directory URL, or - for standard output", (o, v) => o.Output = v),
        Switch("transfer-from-dfdaemon", null, "DFGET_TRANSFER_FROM_DFDAEMON", "take the bytes over the socket; dfget writes the file itself", (o, v) => o.TransferFromDfdaemon = v),
        Switch("overwrite", null, "DFGET_OVERWRITE", "replace an output that exists", (o, v) => o.Overwrite = v),
        Switch("force-hard-link", null, "DFGET_FORCE_HARD_LINK", "fail instead of copying when the output cannot be a hard link", (o, v) => o.ForceHardLink = v),
        Value("content-for-calculating-task-id", null, "TEXT", "DFGET_CONTENT_FOR_CALCULATING_TASK_ID", "text whose hash is the task id, instead of the URL", (o, v) => o.ContentForCalculatingTaskId = v),
        Switch("recursive", 'r', null, "download the directory under the URL", (o, v) => o.Recursive = v),
        Value("timeout", null, "TIME", "DFGET_TIMEOUT", "longest time for everything, such as 30s or 1h30m (default 2h)", (o, v) => o.Timeout = GetValues.Duration(v)),
        Value("digest", null, "ALG:TEXT", null, "fail unless the content has it: sha256, sha512 (hex), crc32 (decimal), also sha1, md5", (o, v) => o.Digest = GetValues.Digest(v)),
        Value("priority", 'p', "0-6", "DFGET_PRIORITY", "scheduling priority (default 6)", (o, v) => o.Priority = GetValues.Number(v, 0, 6)),
        Value("piece-length", null, "SIZE", "DFGET_PIECE_LENGTH", "length of pieces, at least 4MiB (default: by content length)", (o, v) => o.PieceLength = GetValues.Size(v)),
        Value("application", null, "NAME", "DFGET_APPLICATION", "application, part of the task id", (o, v) => o.Application = v),
        Value("tag", null, "NAME", "DFGET_TAG", "tag, part of the task id", (o, v) => o.Tag = v),
        Value("header", 'H', "'NAME: VALUE'", null, "header for the origin; may be repeated", GetValues.AddHeader),
        Value("filtered-query-param", null, "KEY", null, "query key that is not part of the task id; may be repeated, replaces the built-in list", (o, v) => (o.FilteredQueryParams ??= []).Add(v)),
        Value("include-files", 'I', "PATH", null, "relative path to take from a directory; may be repeated", (o, v) => o.IncludeFiles.Add(GetValues.RelativePath(v))),
        Switch("disable-back-to-source", null, "DFGET_DISABLE_BACK_TO_SOURCE", "never read from the origin on this host", (o, v) => o.DisableBackToSource = v),
        Value("storage-region", null, "NAME", "DFGET_STORAGE_REGION", "object store: region", (o, v) => o.Storage.Region = v),
        Value("storage-endpoint", null, "URL", "DFGET_STORAGE_ENDPOINT", "object store: endpoint", (o, v) => o.Storage.Endpoint = v),
        Value("storage-access-key-id", null, "ID", "DFGET_STORAGE_ACCESS_KEY_ID", "object store: key id", (o, v) => o.Storage.AccessKeyId = v),
        Value("storage-access-key-secret", null, "SECRET", "DFGET_STORAGE_ACCESS_KEY_SECRET", "object store: secret", (o, v) => o.Storage.AccessKeySecret = v),
        Value("storage-security-token", null, "TOKEN", "DFGET_STORAGE_SECURITY_TOKEN", "object store: STS token", (o, v) => o.Storage.SecurityToken = v),
        Value("storage-session-token", null, "TOKEN", "DFGET_STORAGE_SESSION_TOKEN", "object store: session token", (o, v) => o.Storage.SessionToken = v),
        Value("storage-insecure-skip-verify", null, "true|false", "DFGET_STORAGE_INSECURE_SKIP_VERIFY", "object store: do not verify its certificate", (o, v) => o.Storage.InsecureSkipVerify = GetValues.Truth(v)),
        Value("storage-credential-path", null, "PATH", "DFGET_STORAGE_CREDENTIAL_PATH", "object store: credential file on the daemon's host", (o, v) => o.Storage.CredentialPath = v),
        Value("storage-predefined-acl", null, "NAME", "DFGET_STORAGE_PREDEFINED_ACL", "object store: predefined access list (default publicRead)", (o, v) => o.Storage.PredefinedAcl = v),
        Value("hdfs-delegation-token", null, "TOKEN", "DFGET_HDFS_DELEGATION_TOKEN", "WebHDFS: delegation token", (o, v) => o.HdfsDelegationToken = v),
        Value("hf-revision", null, "NAME", "DFGET_HF_REVISION", "Hugging Face: revision (default main)", (o, v) => o.HuggingFace.Revision = v),
        Value("hf-token", null, "TOKEN", "DFGET_HF_TOKEN", "Hugging Face: token", (o, v) => o.HuggingFace.Token = v),
        Value("hf-base-url", null, "URL", "DFGET_HF_BASE_URL", "Hugging Face: address", (o, v) => o.HuggingFace.BaseUrl = v),
        Value("ms-revision", null, "NAME", "DFGET_MS_REVISION", "ModelScope: revision (default master)", (o, v) => o.ModelScope.Revision = v),
        Value("ms-token", null, "TOKEN", "DFGET_MS_TOKEN", "ModelScope: token", (o, v) => o.ModelScope.Token = v),
        Value("ms-base-url", null, "URL", "DFGET_MS_BASE_URL", "ModelScope: address", (o, v) => o.ModelScope.BaseUrl = v),
        Value("csg-revision", null, "NAME", "DFGET_CSG_REVISION", "OpenCSG: revision (default main)", (o, v) => o.OpenCsg.Revision = v),
        Value("csg-token", null, "TOKEN", "DFGET_CSG_TOKEN", "OpenCSG: token", (o, v) => o.OpenCsg.Token = v),
        Value("csg-base-url", null, "URL", "DFGET_CSG_BASE_URL", "OpenCSG: address", (o, v) => o.OpenCsg.BaseUrl = v),
        Value("max-files", null, "N", "DFGET_MAX_FILES", "refuse a directory of more files (default 100)", (o, v) => o.MaxFiles = GetValues.Number(v, 1, int.MaxValue)),
        Value("max-concurrent-requests", null, "N", "DFGET_MAX_CONCURRENT_REQUESTS", "files of a directory at once (default 5)", (o, v) => o.MaxConcurrentRequests = GetValues.Number(v, 1, 1000)),
        Switch("no-progress", null, "DFGET_NO_PROGRESS", "no progress bar", (o, v) => o.NoProgress = v),
        Value("endpoint", 'e', "PATH", null, "the daemon's socket (default " + GetOptions.DefaultEndpoint + ")", (o, v) => o.Endpoint = GetValues.SocketPath(v)),
        Value("log-level", 'l', "LEVEL", "DFGET_LOG_LEVEL", "trace, debug, info, warn or error (default info)", (o, v) => o.LogLevel = GetValues.Level(v)),
        Switch("console", null, "DFGET_CONSOLE", "print logs on standard error", (o, v) => o.Console = v),
        Value("input-file", 'i', "LIST", null, "download many: a line is URL and OUTPUT; - reads standard input", (o, v) => o.List = v),
        Value("jobs", 'j', "N", null, "downloads at once with --input-file (default 4)", (o, v) => o.Jobs = GetValues.Number(v, 1, 1000)),
        Switch("json", null, null, "print events and results as JSON, one object a line", (o, v) => o.Json = v),
        Switch("help", 'h', null, "print this", (o, v) => o.Help = v),
        Switch("version", 'V', null, "print the version", (o, v) => o.Version = v),
    ];

    private static GetFlag Value(string name, char? letter, string value, string? environment, string help, Action<GetOptions, string> apply) =>
        new(name, letter, value, environment, help, apply);

    private static GetFlag Switch(string name, char? letter, string? environment, string help, Action<GetOptions, bool> apply) =>
        new(name, letter, null, environment, help, (options, value) => apply(options, GetValues.Truth(value)));
}
