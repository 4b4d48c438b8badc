// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Units;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Server;

/// <summary>
/// The command line of a role: the original's flags (client.md §1.2) with their environment names (<c>DFDAEMON_LOG_LEVEL</c>),
/// and ours: <c>--set</c>, <c>--print-config</c>, <c>--ready-file</c>. Immutable once parsed.
/// </summary>
internal sealed class ServerArguments
{
    private static readonly string[] Switches = ["--console", "--print-config"];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _settings = [];
    private readonly string _role;

    private ServerArguments(string role) => _role = role;

    /// <summary>The configuration file, when one was named.</summary>
    public string? ConfigPath => _values.GetValueOrDefault("--config");

    /// <summary>The local dynamic configuration, when one was named.</summary>
    public string? DynamicConfigPath => _values.GetValueOrDefault("--dynconfig");

    /// <summary>Where to write the addresses once the role serves.</summary>
    public string? ReadyFile => _values.GetValueOrDefault("--ready-file");

    /// <summary>Whether to print the effective configuration and end.</summary>
    public bool PrintConfig => IsOn("--print-config");

    /// <summary>Values given as <c>--set key=value</c>.</summary>
    public IReadOnlyList<string> Settings => _settings;

    /// <summary>Whether the log folder was named rather than the default.</summary>
    /// <param name="keys">What the role's options say; null for nothing.</param>
    public bool ChoosesLogFolder(ILogKeys? keys) => _values.ContainsKey("--log-dir") || keys?.LogDir is { Length: > 0 };

    /// <summary>How to log: as the flags say, else the role's options, else as by default.</summary>
    /// <param name="keys">What the role's options say; null for nothing.</param>
    public LogOptions LogOver(ILogKeys? keys) => new()
    {
        Name = _role,
        Level = _values.TryGetValue("--log-level", out var level) ? ParseLevel(level) : (LogLevel)(keys?.LogLevel ?? LogVerbosity.Info),
        Console = IsOn("--console"),
        Folder = _values.GetValueOrDefault("--log-dir") ?? Path.Combine(keys?.LogDir is { Length: > 0 } folder ? folder : "/var/log/dragonfly", _role),
        MaxFiles = int.TryParse(_values.GetValueOrDefault("--log-max-files", "6"), out var files) && files > 0
            ? files
            : throw Usage("--log-max-files must be a whole number, 1 or more"),
        MaxFileSize = ByteSize.TryParse(_values.GetValueOrDefault("--log-max-file-size", "1GiB"), out var size)
            ? size
            : throw Usage("--log-max-file-size must be a size such as 1GiB"),
    };

    /// <summary>Every flag with a value, and the letter that stands for it.</summary>
    public static IReadOnlyList<(string Flag, string? Short, string Meaning)> Flags { get; } =
    [
        ("--config", "-c", "configuration file (default /etc/dragonfly/ROLE.yaml when it exists)"),
        ("--set", null, "one key on top of the file: --set upload.server.port=0"),
        ("--dynconfig", null, "local dynamic configuration, used when no manager is set"),
        ("--log-level", "-l", "trace, debug, info, warn or error (default info)"),
        ("--log-dir", null, "folder of log files (default /var/log/dragonfly/ROLE)"),
        ("--log-max-files", null, "log files kept (default 6)"),
        ("--log-max-file-size", null, "size at which a new log file begins (default 1GiB)"),
        ("--console", null, "log to standard output instead"),
        ("--print-config", null, "print the effective configuration and end"),
        ("--ready-file", null, "write pid and addresses there, as JSON, once the role serves"),
    ];

    /// <summary>Parses the flags of a role.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="prefix">What its environment variables start with.</param>
    /// <param name="arguments">The words after the role's name.</param>
    /// <param name="environment">The environment.</param>
    /// <returns>The flags.</returns>
    /// <exception cref="DragonflyException">A flag is unknown or lacks its value.</exception>
    public static ServerArguments Parse(
        string role,
        string prefix,
        ReadOnlySpan<string> arguments,
        IReadOnlyDictionary<string, string> environment)
    {
        var parsed = new ServerArguments(role);
        foreach (var (flag, _, _) in Flags)
        {
            var variable = $"{prefix}_{flag[2..].Replace('-', '_').ToUpperInvariant()}";
            if (flag != "--set" && environment.TryGetValue(variable, out var value))
            {
                parsed._values[flag] = value;
            }
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            parsed.Take(arguments, ref i);
        }

        return parsed;
    }

    private void Take(ReadOnlySpan<string> arguments, ref int index)
    {
        var word = arguments[index];
        var equals = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=', StringComparison.Ordinal) : -1;
        var name = equals < 0 ? word : word[..equals];
        var flag = Flags.FirstOrDefault(flag => flag.Flag == name || flag.Short == name).Flag
            ?? throw Usage($"unknown flag '{name}'; {(NearestKey.Find(name, Flags.Select(flag => flag.Flag)) is { } near
                ? $"did you mean {near}?"
                : $"flags are {string.Join(", ", Flags.Select(flag => flag.Flag))}")}");
        string value;
        if (equals >= 0)
        {
            value = word[(equals + 1)..];
        }
        else if (Switches.Contains(flag))
        {
            value = "true";
        }
        else if (++index < arguments.Length)
        {
            value = arguments[index];
        }
        else
        {
            throw Usage($"{flag} needs a value");
        }

        if (flag == "--set")
        {
            _settings.Add(value);
        }
        else
        {
            _values[flag] = value;
        }
    }

    private bool IsOn(string flag) => _values.GetValueOrDefault(flag) is "true" or "1";

    private static LogLevel ParseLevel(string text) => text switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => throw Usage($"--log-level is '{text}', must be one of trace, debug, info, warn, error"),
    };

    private static DragonflyException Usage(string detail) =>
        new Failure(FailureKind.Invalid, FailureSource.Caller, detail).ToException();
}
