// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Output;

namespace Dragonfly.Cli.Get;

/// <summary>The command <c>dfget</c>: arguments in, exit code out.</summary>
internal static class GetCommand
{
    /// <summary>Runs it.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="time">The clock.</param>
    public static int Run(string[] arguments, Func<string, string?> environment, TimeProvider time)
    {
        try
        {
            GetOptions options = GetArguments.Parse(arguments, environment);
            if (options.Help || options.Version)
            {
                Terminal.Write(Console.OpenStandardOutput(), options.Help ? GetHelp.Text() : $"dfget {ToolVersion.Number}\n");
                return (int)ExitCode.Ok;
            }

            return (int)Download(options, environment, time);
        }
        catch (ToolException error)
        {
            if (arguments.Contains("--json"))
            {
                // Whoever reads JSON gets nothing else, also when the command line is what is wrong.
                bool content = arguments.Contains(OutputPath.StandardOutput);
                new JsonReporter(content ? Console.OpenStandardError() : Console.OpenStandardOutput()).Failed(error);
                return (int)error.Code;
            }

            Terminal terminal = Terminal.OfStandardError(environment);
            terminal.WriteError(error.Message, error.Origin);
            if (error.Code == ExitCode.Usage)
            {
                terminal.Write($"\n{GetHelp.Usage}\n");
            }

            return (int)error.Code;
        }
    }

    private static ExitCode Download(GetOptions options, Func<string, string?> environment, TimeProvider time)
    {
        if (options.PieceLength is < MinPieceLength)
        {
            throw new ToolException(ExitCode.Failed, $"piece length {options.PieceLength} bytes is less than the minimum piece length {MinPieceLength} bytes");
        }

        using var interruption = new Interruption();
        IDownloadReporter reporter = MakeReporter(options, environment, time);
        try
        {
            if (options.List is { } list)
            {
                return Runner().Run(DownloadList.Read(list), options.Jobs);
            }

            if (options.Recursive || OutputPath.IsDirectoryUrl(options.Url!))
            {
                IReadOnlyList<DownloadItem> files = DirectoryListing.Files(options, interruption, time);
                return Runner().Run(files, options.MaxConcurrentRequests);
            }

            return Runner().Run([new DownloadItem(options.Url!, options.Output!)], 1);
        }
        finally
        {
            reporter.Close();
        }

        DownloadRunner Runner() => new(options, reporter, interruption, time, SilenceLimit.Default);
    }

    private const ulong MinPieceLength = 4 << 20;

    private static IDownloadReporter MakeReporter(GetOptions options, Func<string, string?> environment, TimeProvider time)
    {
        Terminal terminal = Terminal.OfStandardError(environment);
        if (options.Json)
        {
            // Standard output may be taken by the content.
            return new JsonReporter(options.Output == OutputPath.StandardOutput ? Console.OpenStandardError() : Console.OpenStandardOutput());
        }

        bool many = options.List is not null || options.Recursive || OutputPath.IsDirectoryUrl(options.Url!);
        return new TextReporter(terminal, many ? Console.OpenStandardOutput() : null, options, time);
    }
}
