// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Output;
using Dragonfly.Core.Files;

namespace Dragonfly.Cli.Get;

/// <summary>What is checked of an output before the daemon is asked, as the original does, with its words.</summary>
internal static class OutputPath
{
    /// <summary>The name that means standard output.</summary>
    public const string StandardOutput = "-";

    /// <summary>Checks a file's path.</summary>
    /// <returns>The absolute path.</returns>
    /// <exception cref="ToolException">The folder is missing, or the file exists and is not to be replaced.</exception>
    public static string CheckFile(string path, bool overwrite)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? full;
        if (!Directory.Exists(folder))
        {
            throw new ToolException(ExitCode.Failed, $"output path {folder} is not a directory");
        }

        if (Directory.Exists(full))
        {
            throw new ToolException(ExitCode.Failed, $"output path {full} is already exist, and it is a directory: name the file to write in it");
        }

        if (!File.Exists(full))
        {
            return full;
        }

        if (FileStat.Of(full) is { IsFile: false })
        {
            // A rename over /dev/null would take it from everybody.
            throw new ToolException(
                ExitCode.Failed,
                $"output path {full} is already exist, and it is a device, pipe or socket, which is not replaced: name a file, or write to standard output with -O - and redirect it");
        }

        return overwrite ? full : throw Exists(full);
    }

    /// <summary>The failure of an output that is there and is not to be replaced.</summary>
    internal static ToolException Exists(string full) =>
        new(ExitCode.Failed, $"output path {full} is already exist: remove it, or replace it with --overwrite");

    /// <summary>Checks the folder for a directory download.</summary>
    /// <returns>The absolute path.</returns>
    public static string CheckFolder(string path)
    {
        string full = Path.GetFullPath(path);
        return Directory.Exists(full) ? full : throw new ToolException(ExitCode.Failed, $"output path {full} is not a directory");
    }

    /// <summary>Whether a URL names a directory: its path ends in a slash, or is empty.</summary>
    public static bool IsDirectoryUrl(string url)
    {
        int end = url.AsSpan().IndexOfAny('?', '#');
        string bare = end < 0 ? url : url[..end];
        int authority = bare.IndexOf("://", StringComparison.Ordinal);
        return bare.EndsWith('/') || (authority >= 0 && bare.IndexOf('/', authority + 3) < 0);
    }
}
