// SPDX-License-Identifier: Apache-2.0
using System.IO.Enumeration;
using Dragonfly.Cli.Output;
using Dragonfly.Cli.Wire;

namespace Dragonfly.Cli.Get;

/// <summary>Turns a directory URL into the files under it: the daemon's backend lists, this checks, filters and makes the folders.</summary>
internal static class DirectoryListing
{
    /// <summary>Lists the directory of the command line and creates the folders that its files need.</summary>
    /// <exception cref="ToolException">The URL cannot be listed, or has more files than <c>--max-files</c> allows.</exception>
    public static IReadOnlyList<DownloadItem> Files(GetOptions options, Interruption interruption, TimeProvider time)
    {
        string folder = OutputPath.CheckFolder(options.Output!);
        string url = AsDirectory(options.Url!);
        if (BackendFields.SchemeOf(url) is "http" or "https")
        {
            throw new ToolException(ExitCode.Failed, "unsupported http download directory: HTTP has no listing; name the files in a list and use --input-file");
        }

        List<DownloadItem> files = Select(Ask(options, url, interruption, time), url, folder, options.IncludeFiles);
        if (files.Count > options.MaxFiles)
        {
            throw new ToolException(ExitCode.Failed, $"the directory has {files.Count} files, more than {options.MaxFiles}: allow them with --max-files");
        }

        if (files.Count == 0)
        {
            throw new ToolException(ExitCode.Ok, $"{url} holds no files{(options.IncludeFiles.Count > 0 ? " that --include-files names" : "")}: nothing to do");
        }

        foreach (DownloadItem file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file.Output)!);
        }

        return files;
    }

    /// <summary>The URL with a slash at the end of its path.</summary>
    internal static string AsDirectory(string url)
    {
        int end = url.AsSpan().IndexOfAny('?', '#');
        string path = end < 0 ? url : url[..end];
        return path.EndsWith('/') ? url : path + "/" + (end < 0 ? "" : url[end..]);
    }

    /// <summary>Maps entries to outputs. An entry outside the directory is refused: a listing must not write elsewhere.</summary>
    internal static List<DownloadItem> Select(List<(string Url, bool IsDirectory)> entries, string url, string folder, List<string> include)
    {
        string root = url[..(url.AsSpan().IndexOfAny('?', '#') is var end and >= 0 ? end : url.Length)];
        var files = new List<DownloadItem>();
        foreach ((string entry, bool isDirectory) in entries)
        {
            if (isDirectory || entry.EndsWith('/'))
            {
                continue;
            }

            string relative = Uri.UnescapeDataString(entry.StartsWith(root, StringComparison.Ordinal) ? entry[root.Length..] : entry[(entry.LastIndexOf('/') + 1)..]);
            string output = Path.GetFullPath(Path.Combine(folder, relative));
            if (!output.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal))
            {
                throw new ToolException(ExitCode.Failed, $"the listing names {entry}, which lies outside of {root}");
            }

            if (include.Count == 0 || include.Any(pattern => Matches(pattern, relative)))
            {
                files.Add(new DownloadItem(entry, output));
            }
        }

        return files;
    }

    private static bool Matches(string pattern, string relative) => pattern.EndsWith('/')
        ? relative.StartsWith(pattern, StringComparison.Ordinal)
        : FileSystemName.MatchesSimpleExpression(pattern, relative, ignoreCase: false);

    private static List<(string Url, bool IsDirectory)> Ask(GetOptions options, string url, Interruption interruption, TimeProvider time)
    {
        long startedAt = time.GetTimestamp();
        List<(string Url, bool IsDirectory)> entries = [];
        var call = new GrpcCall(message => entries = ListEntries.Parse(message));
        using DaemonConnection connection = DaemonConnection.Open(options.Endpoint, time, SilenceLimit.Default);
        interruption.Wake(connection);
        byte[] request = ListEntries.Encode(options, url, Guid.NewGuid().ToString(), MachineAddress.Find());
        connection.Session.Open(GrpcCall.RequestHeaders(ListEntries.Path, options.Timeout), request, call);
        while (call.Status is null)
        {
            TimeSpan left = options.Timeout - time.GetElapsedTime(startedAt);
            _ = left > TimeSpan.Zero ? left : throw new ToolException(ExitCode.Timeout, $"no listing within {ByteText.Time(options.Timeout)} (--timeout)");
            connection.Step(left);
            _ = !interruption.Requested ? true : throw new ToolException(ExitCode.Interrupted, "interrupted");
            _ = !connection.Closed || call.Status is not null ? true : throw new ToolException(ExitCode.Unreachable, "the daemon closed the connection instead of listing");
        }

        interruption.Wake(null);
        return call.Status.Code == 0 ? entries : throw ToolException.From(call.Status);
    }
}
