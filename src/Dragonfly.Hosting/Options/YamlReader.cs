// SPDX-License-Identifier: Apache-2.0
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Dragonfly.Hosting.Options;

/// <summary>
/// Reads YAML into <see cref="ConfigNode"/>s, keeping lines. Written on the event parser rather than on the library's object mapper, because
/// that one stops at the first error and forgets where values came from. Used by one thread.
/// </summary>
internal sealed class YamlReader
{
    // Configuration is a few levels deep; a bomb of nested lists must not overflow the stack.
    private const int DeepestNesting = 64;

    private readonly Parser _parser;
    private readonly Func<Mark, string> _origin;
    private readonly List<string> _problems;
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);

    private YamlReader(TextReader text, Func<Mark, string> origin, List<string> problems)
    {
        _parser = new Parser(text);
        _origin = origin;
        _problems = problems;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <returns>The document; null when it is empty or broken.</returns>
    public static ConfigNode? ReadFile(string path, List<string> problems)
    {
        var content = File.ReadAllText(path);
        if (content.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var place)
        {
            // The library takes it for the end: what follows, or everything in a file that a power cut left, would be defaults in silence.
            problems.Add($"{path}:{content.AsSpan(0, place).Count('\n') + 1}: is no text: a zero byte. Write the file anew");
            return null;
        }

        using var text = new StringReader(content);
        return Read(text, mark => $"{path}:{mark.Line}", problems);
    }

    /// <summary>Reads a value that came from a variable or flag.</summary>
    /// <param name="text">The value.</param>
    /// <param name="origin">Names the variable or flag.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <returns>The value; null when it is empty or broken.</returns>
    public static ConfigNode? ReadText(string text, string origin, List<string> problems)
    {
        using var reader = new StringReader(text);
        return Read(reader, _ => origin, problems);
    }

    private static ConfigNode? Read(TextReader text, Func<Mark, string> origin, List<string> problems)
    {
        var reader = new YamlReader(text, origin, problems);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            problems.Add($"{origin(exception.Start)}: not valid YAML (column {exception.Start.Column}): {Plain(exception)}");
            return null;
        }
        catch (InvalidOperationException)
        {
            // The library's scanner throws this for some unfinished flow values; the last event read says where.
            var mark = reader._parser.Current?.End ?? Mark.Empty;
            problems.Add($"{origin(mark)}: not valid YAML (after column {mark.Column}): unfinished value; is a bracket or quote missing?");
            return null;
        }
    }

    private static string Plain(YamlException exception) =>
        (exception.InnerException?.Message ?? exception.Message).TrimEnd('.');

    private ConfigNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        var node = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _problems.Add($"{_origin(second.Start)}: a second document begins; one file holds one configuration");
        }

        return node;
    }

    private ConfigNode ReadNode(int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"nested deeper than {DeepestNesting} levels");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.GetValueOrDefault(alias.Value.Value)
                ?? throw new YamlException(alias.Start, alias.End, $"there is no anchor '{alias.Value.Value}'");
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return Remember(scalar, new ConfigNode(ConfigNodeKind.Scalar, _origin(scalar.Start))
            {
                Text = scalar.Value,
                IsQuoted = scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any),
            });
        }

        return _parser.TryConsume<SequenceStart>(out var sequence) ? ReadSequence(sequence, depth) : ReadMapping(depth);
    }

    private ConfigNode ReadSequence(SequenceStart start, int depth)
    {
        var node = new ConfigNode(ConfigNodeKind.Sequence, _origin(start.Start));
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            node.Items.Add(ReadNode(depth + 1));
        }

        return Remember(start, node);
    }

    private ConfigNode ReadMapping(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var node = new ConfigNode(ConfigNodeKind.Mapping, _origin(start.Start));
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            var origin = _origin(key.Start);
            var value = ReadNode(depth + 1);
            if (node.Entries.Exists(entry => entry.Key == key.Value))
            {
                _problems.Add($"{origin}: the key '{key.Value}' is given twice");
                continue;
            }

            node.Entries.Add((key.Value, origin, value));
        }

        return Remember(start, node);
    }

    private ConfigNode Remember(NodeEvent start, ConfigNode node)
    {
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor.Value] = node;
        }

        return node;
    }
}
