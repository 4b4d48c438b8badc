// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Reflection;
using System.Runtime.InteropServices;
using Dragonfly.Core.Failures;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;
using Dragonfly.Server.Demo;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Server;

/// <summary>
/// The <c>dragonfly</c> program: parses arguments, loads options, runs a role until a signal comes. Exit codes: 0 ended in order,
/// 1 could not start or failed, 2 wrong command line. Errors are lines on standard error, never stack traces (observed.md C12).
/// </summary>
/// <param name="output">Standard output.</param>
/// <param name="errors">Standard error.</param>
internal sealed partial class ServerProgram(TextWriter output, TextWriter errors)
{
    private const int Ok = 0;
    private const int Failed = 1;
    private const int WrongUsage = 2;

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["demo", .. var rest]:
                return await new DemoCommand(output, errors, TimeProvider.System).RunAsync(rest);
            case ["-V" or "--version", ..] or [_, "-V" or "--version", ..]:
                output.WriteLine($"dragonfly {Version}");
                return Ok;
            case ["-h" or "--help" or "help", ..]:
                output.Write(ServerHelp.ForAll(Version));
                return Ok;
            case []:
                errors.Write(ServerHelp.ForAll(Version));
                return WrongUsage;
        }

        if (ServerRoles.Find(arguments[0]) is not { } role)
        {
            var near = NearestKey.Find(arguments[0], ServerRoles.All.Select(role => role.Name).Append("demo"));
            errors.WriteLine($"dragonfly: there is no role '{arguments[0]}'; {(near is null ? "" : $"did you mean {near}? ")}roles are {string.Join(", ", ServerRoles.All.Select(role => role.Name))}");
            return WrongUsage;
        }

        if (arguments.Any(word => word is "-h" or "--help"))
        {
            output.Write(ServerHelp.For(role, Version));
            return Ok;
        }

        try
        {
            var environment = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            {
                environment[(string)entry.Key] = (string?)entry.Value ?? "";
            }

            return await RunRoleAsync(role, ServerArguments.Parse(role.Name, role.EnvironmentPrefix, arguments.AsSpan(1), environment), environment);
        }
        catch (DragonflyException exception)
        {
            foreach (var line in exception.Message.Split('\n'))
            {
                errors.WriteLine($"dragonfly {role.Name}: {line}");
            }

            return exception.Failure is { Kind: FailureKind.Invalid, Source: FailureSource.Caller } ? WrongUsage : Failed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"dragonfly {role.Name}: {exception.Message}");
            return Failed;
        }
        catch (Exception exception)
        {
            // A mistake of ours. The log has its stack; the terminal gets a line and the caller an exit code, never an abort.
            errors.WriteLine($"dragonfly {role.Name}: unexpected {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
            return Failed;
        }
    }

    private static string Version =>
        typeof(ServerProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private async Task<int> RunRoleAsync(IServerRole role, ServerArguments arguments, Dictionary<string, string> environment)
    {
        await using var rehearsal = arguments.PrintConfig ? null : new HostRehearsal();
        var options = role.Load(new OptionsSources
        {
            File = arguments.ConfigPath ?? $"/etc/dragonfly/{role.Name}.yaml",
            FileIsRequired = arguments.ConfigPath is not null,
            Environment = environment,
            EnvironmentPrefix = role.EnvironmentPrefix,
            Settings = arguments.Settings,
        });
        if (arguments.PrintConfig)
        {
            output.Write(OptionsPrinter.Print(options));
            return Ok;
        }

        using var loggers = CreateLoggers(arguments, role.LogKeysOf(options), role.LogsToConsole(options));
        var logger = loggers.CreateLogger("Dragonfly");
        using var signals = new StopSignals(TimeProvider.System);
        var context = new ProgramContext { Loggers = loggers, DynamicConfigPath = arguments.DynamicConfigPath };
        IReadOnlyList<RoleHost> hosts;
        try
        {
            hosts = await role.StartAsync(options, context, signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            // Whoever stops what is still starting gets what was asked for.
            LogStopped(logger, role.Name);
            return Ok;
        }

        try
        {
            if (arguments.ReadyFile is { } path)
            {
                ReadyFile.Write(path, role.Name, hosts);
            }

            foreach (var host in hosts)
            {
                LogServing(logger, host.Role, string.Join(", ", host.Addresses.All.Select(pair => $"{pair.Key} {pair.Value}")));
            }

            await (rehearsal?.DisposeAsync() ?? ValueTask.CompletedTask);
            await using var idle = new IdleMemory(context.Time);
            await signals.Stopped;
            LogStopping(logger, role.Name);
        }
        finally
        {
            await StopAsync(hosts, logger);
        }

        LogStopped(logger, role.Name);
        return Ok;
    }

    /// <summary>The last started stops first: the peer leaves its scheduler, the scheduler its manager.</summary>
    private static async Task StopAsync(IReadOnlyList<RoleHost> hosts, ILogger logger)
    {
        foreach (var host in hosts.Reverse())
        {
            try
            {
                await host.StopAsync();
            }
            catch (Exception exception)
            {
                // The next role must still get its orderly end.
                LogBadEnd(logger, host.Role, exception);
            }
        }
    }

    private ILoggerFactory CreateLoggers(ServerArguments arguments, ServerLogOptions? keys, bool console)
    {
        var log = arguments.LogOver(keys, console);
        try
        {
            return log.CreateLoggers(TimeProvider.System);
        }
        catch (Exception exception) when (!arguments.ChoosesLogFolder(keys) && exception is IOException or UnauthorizedAccessException)
        {
            // Nobody asked for that folder: a first try without root's rights should just work.
            errors.WriteLine($"dragonfly: {exception.Message} Logging to standard output; choose a folder with --log-dir.");
            return (log with { Console = true }).CreateLoggers(TimeProvider.System);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new Failure(
                FailureKind.Denied, FailureSource.Local, $"the log folder cannot be used: {exception.Message} Choose another with --log-dir, or log with --console.").ToException();
        }
    }
}
