// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Units;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>Where and how much a program logs; from the flags of the original (client.md §1.2). Immutable.</summary>
public sealed record LogOptions
{
    /// <summary>The least level that is written. Default information.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>Whether lines go to standard output rather than to a file. Default true.</summary>
    public bool Console { get; init; } = true;

    /// <summary>The folder of log files; null, the default, for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The name of the log file.</summary>
    public string FileName { get; init; } = "dragonfly.log";

    /// <summary>Whether former files bear a number (<c>dfdaemon.log.1</c>, as the original's daemon) rather than the time they were set aside.</summary>
    public bool NumbersFiles { get; init; }

    /// <summary>Former files kept, besides the current one. 0 keeps all of those that bear a time. Default 6, as the original's daemon.</summary>
    public int MaxFormerFiles { get; init; } = 6;

    /// <summary>How long former files that bear a time are kept. Default zero: as long as their number allows.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>The size at which a new file is begun. Default 1 GiB, as the original.</summary>
    public ByteSize MaxFileSize { get; init; } = ByteSize.FromGiB(1);

    /// <summary>Makes the loggers of a program.</summary>
    /// <param name="time">The clock of the lines.</param>
    /// <returns>The factory; disposing it closes the file.</returns>
    /// <exception cref="IOException">The log folder or file cannot be written.</exception>
    public ILoggerFactory CreateLoggers(TimeProvider time)
    {
        ILineSink sink = Console || Folder is null
            ? new ConsoleLineSink(System.Console.OpenStandardOutput())
            : new RollingFileSink(FilesIn(Folder, time), MaxFileSize.Bytes, time);
        var filter = new LoggerFilterOptions { MinLevel = Level };

        // Kestrel's own lines below warning tell of every connection; they are for --log-level trace only.
        filter.Rules.Add(new LoggerFilterRule(null, "Microsoft", Level == LogLevel.Trace ? LogLevel.Trace : LogLevel.Warning, null));

        // While anybody listens to it, the web host makes an activity and a log scope for every request and with them an execution context that
        // each continuation carries along; it would only log the requests that Kestrel's lines tell of as well.
        filter.Rules.Add(new LoggerFilterRule(
            null, "Microsoft.AspNetCore.Hosting.Diagnostics", Level == LogLevel.Trace ? LogLevel.Trace : LogLevel.None, null));

        // The host logs what stops a start with its stack; the program says the same in one line.
        filter.Rules.Add(new LoggerFilterRule(null, "Microsoft.Extensions.Hosting", LogLevel.None, null));

        // Not LoggerFactory.Create, which makes a container for it: 15 ms of a start.
        var loggers = new LoggerFactory([], filter);
        loggers.AddProvider(new LineLoggerProvider(sink, time));
        return loggers;
    }

    private IOldLogFiles FilesIn(string folder, TimeProvider time)
    {
        var current = Path.GetFullPath(FileName, Path.GetFullPath(folder));
        return NumbersFiles ? new NumberedLogFiles(current, MaxFormerFiles) : new DatedLogFiles(current, MaxFormerFiles, MaxAge, time);
    }
}
