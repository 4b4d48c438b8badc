// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Units;
using Dragonfly.Hosting.Telemetry;
using Dragonfly.Testing.Processes;
using Microsoft.Extensions.Logging;

namespace Dragonfly.UnitTests.Hosting;

/// <summary>One event is one line; files roll by size.</summary>
public sealed class LoggingTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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

        var line = Assert.Single(File.ReadAllLines(_folder["dfdaemon.log"]));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARN TaskDownload origin answered no INFO forged task=8f3a peer=p1$", line);
    }

    [Fact]
    public void Files_roll_by_size_and_the_oldest_goes()
    {
        using (var loggers = (Options() with { MaxFileSize = new ByteSize(100), MaxFormerFiles = 2 }).CreateLoggers(TimeProvider.System))
        {
            for (var i = 0; i < 9; i++)
            {
                loggers.CreateLogger("a").LogInformation("event number {Number} of some length for the file", i);
            }
        }

        Assert.Equal(["dfdaemon.log", "dfdaemon.log.1", "dfdaemon.log.2"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("number 8", File.ReadAllText(_folder["dfdaemon.log"]));
        Assert.Contains("number 7", File.ReadAllText(_folder["dfdaemon.log.1"]));
    }

    private LogOptions Options() => new() { Console = false, Folder = _folder.Path, FileName = "dfdaemon.log", NumbersFiles = true };
}
