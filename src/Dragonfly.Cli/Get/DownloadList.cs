// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Output;

namespace Dragonfly.Cli.Get;

/// <summary>Reads the list of <c>--input-file</c>: a line is a URL, white space, and the output path, which may hold spaces.</summary>
internal static class DownloadList
{
    /// <summary>Reads a file, or standard input for <c>-</c>.</summary>
    /// <exception cref="ToolException">The file cannot be read, or a line is not of the form; the message names the line.</exception>
    public static List<DownloadItem> Read(string path)
    {
        try
        {
            using TextReader reader = path == OutputPath.StandardOutput ? new StreamReader(Console.OpenStandardInput()) : new StreamReader(path);
            return Parse(reader, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string why = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : error.Message;
            throw new ToolException(ExitCode.Failed, $"cannot read the list {path}: {why}");
        }
    }

    /// <summary>Reads lines; empty ones and those that begin with <c>#</c> are skipped.</summary>
    internal static List<DownloadItem> Parse(TextReader reader, string name)
    {
        var items = new List<DownloadItem>();
        int number = 0;
        for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            number++;
            line = line.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            int space = line.AsSpan().IndexOfAny(' ', '\t');
            if (space < 0)
            {
                throw new ToolException(ExitCode.Usage, $"{name}, line {number}: a URL and an output path are wanted, with a space between");
            }

            GetArguments.CheckUrl(line[..space]);
            string output = line[space..].Trim();
            if (output == OutputPath.StandardOutput)
            {
                throw new ToolException(ExitCode.Usage, $"{name}, line {number}: standard output is for a single download, -O - without a list; name a file");
            }

            items.Add(new DownloadItem(line[..space], output));
        }

        return items;
    }
}
