// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;

namespace Dragonfly.Hosting.Options;

/// <summary>
/// Makes the options of a role. The original takes unknown and misspelt keys in silence (observed.md C12); here every problem of
/// all sources is told at once, each with file, line, key and what is allowed.
/// </summary>
public static class OptionsLoader
{
    /// <summary>Loads options.</summary>
    /// <typeparam name="TOptions">The options class; its defaults hold where nothing is given.</typeparam>
    /// <param name="sources">Where they come from.</param>
    /// <returns>The checked options.</returns>
    /// <exception cref="DragonflyException">Something is wrong; the message has a line for each problem.</exception>
    public static TOptions Load<TOptions>(OptionsSources sources)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(sources);
        var problems = new List<string>();
        var options = new TOptions();
        var root = ReadFile(sources, problems) ?? new ConfigNode(ConfigNodeKind.Mapping, sources.File ?? "defaults");
        if (root.Kind == ConfigNodeKind.Mapping)
        {
            ApplyEnvironment(root, sources, typeof(TOptions), problems);
            ApplySettings(root, sources.Settings, typeof(TOptions), problems);
        }

        var binder = new OptionsBinder(problems);
        binder.Bind(options, root);
        new OptionsRules(binder.Origins, sources.File ?? "defaults", problems).Check(options);
        if (problems.Count > 0)
        {
            throw new Failure(FailureKind.Invalid, FailureSource.Caller, string.Join('\n', problems)).ToException();
        }

        return options;
    }

    private static ConfigNode? ReadFile(OptionsSources sources, List<string> problems)
    {
        if (sources.File is null || (!sources.FileIsRequired && !File.Exists(sources.File)))
        {
            return null;
        }

        try
        {
            return YamlReader.ReadFile(sources.File, problems);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var cause = exception is FileNotFoundException or DirectoryNotFoundException ? "no such file"
                : Directory.Exists(sources.File) ? "it is a folder" : exception.Message;
            problems.Add($"{sources.File}: cannot be read: {cause}");
            return null;
        }
    }

    private static void ApplyEnvironment(ConfigNode root, OptionsSources sources, Type type, List<string> problems)
    {
        var prefix = sources.EnvironmentPrefix + "__";
        foreach (var name in sources.Environment.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            Apply(root, name[prefix.Length..].Split("__"), sources.Environment[name], $"environment variable {name}", type, problems);
        }
    }

    private static void ApplySettings(ConfigNode root, IReadOnlyList<string> settings, Type type, List<string> problems)
    {
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                problems.Add($"--set {setting}: write --set section.key=value");
                continue;
            }

            Apply(root, setting[..equals].Split('.'), setting[(equals + 1)..], $"--set {setting[..equals]}", type, problems);
        }
    }

    /// <summary>Finds the real spelling of each key on the way; the binder names what is unknown.</summary>
    private static void Apply(ConfigNode root, string[] path, string text, string origin, Type type, List<string> problems)
    {
        var level = type;
        OptionProperty? last = null;
        for (var i = 0; i < path.Length; i++)
        {
            last = level is null ? null : OptionProperty.Of(level).FirstOrDefault(property => Same(property, path[i]));
            path[i] = last?.Key ?? path[i];
            level = last is not null && OptionProperty.IsBlock(last.ValueType) ? last.ValueType : null;
        }

        var isScalar = last is not null && level is null
            && OptionsBinder.ListItem(last.ValueType) is null && OptionsBinder.DictionaryValue(last.ValueType) is null;
        var node = isScalar
            ? new ConfigNode(ConfigNodeKind.Scalar, origin) { Text = text, IsQuoted = last!.ValueType == typeof(string) }
            : YamlReader.ReadText(text, origin, problems) ?? new ConfigNode(ConfigNodeKind.Scalar, origin);
        ConfigTree.Set(root, path, node, origin);
    }

    private static bool Same(OptionProperty property, string key) =>
        property.Answers(key)
        || property.Key.Replace("-", "", StringComparison.Ordinal)
            .Equals(key.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
}
