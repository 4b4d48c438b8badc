// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Units;
using Dragonfly.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace Dragonfly.UnitTests.Hosting;

/// <summary>One event is one line; files roll by size.</summary>
public sealed class LoggingTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dragonfly").FullName;

    [Fact]
    public void An_event_is_one_line_with_its_scopes_and_cannot_forge_another()
    {
        using (var loggers = Options().CreateLoggers(TimeProvider.System))
        {
            var logger = loggers.CreateLogger("Dragonfly.Daemon.Downloads.TaskDownload");
            using var scope = logger.BeginScope(new Dictionary<string, object?> { ["task"] = "8f3a", ["peer"] = "p1" });
            logger.LogWarning("origin answered {Text}", "no\nINFO forged");
            logger.LogDebug("not written");
        }

        var line = Assert.Single(File.ReadAllLines(Path.Combine(_folder, "dfdaemon.log")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARN TaskDownload origin answered no INFO forged task=8f3a peer=p1$", line);
    }

    [Fact]
    public void Files_roll_by_size_and_the_oldest_goes()
    {
        using (var loggers = (Options() with { MaxFileSize = new ByteSize(100), MaxFiles = 3 }).CreateLoggers(TimeProvider.System))
        {
            for (var i = 0; i < 9; i++)
            {
                loggers.CreateLogger("a").LogInformation("event number {Number} of some length for the file", i);
            }
        }

        Assert.Equal(["dfdaemon.1.log", "dfdaemon.2.log", "dfdaemon.log"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("number 8", File.ReadAllText(Path.Combine(_folder, "dfdaemon.log")));
        Assert.Contains("number 7", File.ReadAllText(Path.Combine(_folder, "dfdaemon.1.log")));
    }

    private LogOptions Options() => new() { Console = false, Folder = _folder, Name = "dfdaemon" };
}
