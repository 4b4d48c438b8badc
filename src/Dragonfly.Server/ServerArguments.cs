// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Units;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;

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
    public bool ChoosesLogFolder(ServerLogOptions? keys) => _values.ContainsKey("--log-dir") || keys?.LogDir is { Length: > 0 };

    /// <summary>How to log: as the flags say, else the role's options, else as by default.</summary>
    /// <param name="keys">What the role's options say; null for nothing, as for a daemon.</param>
    /// <param name="console">Whether the role's options want standard output.</param>
    public LogOptions LogOver(ServerLogOptions? keys, bool console) => new()
    {
        FileName = keys is null ? $"{_role}.log" : "core.log",
        NumbersFiles = keys is null,
        Level = (_values.TryGetValue("--log-level", out var level) ? ParseLevel(level) : keys?.LogLevel ?? LogVerbosity.Info).ToLogLevel(),
        Console = _values.ContainsKey("--console") ? IsOn("--console") : console,
        Folder = _values.GetValueOrDefault("--log-dir") ?? Path.Combine(keys?.LogDir is { Length: > 0 } folder ? folder : "/var/log/dragonfly", _role),
        MaxFormerFiles = MaxFormerFiles(keys?.LogMaxBackups ?? 6),
        MaxAge = TimeSpan.FromDays(keys?.LogMaxAge ?? 0),
        MaxFileSize = MaxFileSize(ByteSize.FromMiB(keys?.LogMaxSize switch { null => 1024, 0 => 100, { } size => size })),
    };

    /// <summary>Every flag with a value, and the letter that stands for it.</summary>
    public static IReadOnlyList<(string Flag, string? Short, string Meaning)> Flags { get; } =
    [
        ("--config", "-c", "configuration file (default /etc/dragonfly/ROLE.yaml when it exists)"),
        ("--set", null, "one key on top of the file: --set upload.server.port=0"),
        ("--dynconfig", null, "local dynamic configuration, used when no manager is set"),
        ("--log-level", "-l", "trace, debug, info, warn, error or fatal (default info)"),
        ("--log-dir", null, "folder of log files (default /var/log/dragonfly/ROLE)"),
        ("--log-max-files", null, "former log files kept (default: dfdaemon 6, others server.logMaxBackups)"),
        ("--log-max-file-size", null, "size at which a new log file begins (default: dfdaemon 1GiB, others server.logMaxSize)"),
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

    private int MaxFormerFiles(int usual) =>
        !_values.TryGetValue("--log-max-files", out var text) ? usual
        : int.TryParse(text, CultureInfo.InvariantCulture, out var files) && files > 0 ? files
        : throw Usage("--log-max-files must be a whole number, 1 or more");

    private ByteSize MaxFileSize(ByteSize usual) =>
        !_values.TryGetValue("--log-max-file-size", out var text) ? usual
        : ByteSize.TryParse(text, out var size) && size.Bytes > 0 ? size
        : throw Usage("--log-max-file-size must be a size such as 1GiB");

    private static LogVerbosity ParseLevel(string text)
    {
        foreach (var level in Enum.GetValues<LogVerbosity>())
        {
            if (text.Equals(level.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return level;
            }
        }

        return text == "warning" ? LogVerbosity.Warn : throw Usage($"--log-level is '{text}', must be one of trace, debug, info, warn, error, fatal");
    }

    private static DragonflyException Usage(string detail) =>
        new Failure(FailureKind.Invalid, FailureSource.Caller, detail).ToException();
}
