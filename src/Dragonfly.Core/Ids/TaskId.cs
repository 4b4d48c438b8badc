// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Dragonfly.Core.Ids;

/// <summary>
/// The name of one content: 64 lower-case hexadecimal digits (a SHA-256). The piece transport carries exactly 64 bytes,
/// so nothing else can be a task id. Invalid ids cannot be built; <c>default</c> is not valid.
/// </summary>
public readonly record struct TaskId
{
    /// <summary>Number of characters of an id.</summary>
    public const int Length = 64;

    private readonly string? _text;

    private TaskId(string text) => _text = text;

    /// <summary>The 64 digits.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default TaskId has no text.");

    /// <summary>Reads an id from text.</summary>
    /// <param name="text">The text, from anywhere.</param>
    /// <param name="id">The id when it is one.</param>
    /// <returns>False when the text is not 64 lower-case hexadecimal digits.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out TaskId id)
    {
        id = default;
        if (text is not { Length: Length })
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c is not ((>= '0' and <= '9') or (>= 'a' and <= 'f')))
            {
                return false;
            }
        }

        id = new TaskId(text);
        return true;
    }

    /// <summary>Reads an id that is known to be good.</summary>
    /// <param name="text">64 lower-case hexadecimal digits.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">The text is no task id.</exception>
    public static TaskId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a task id: 64 lower-case hexadecimal digits.");

    /// <inheritdoc/>
    public override string ToString() => _text ?? "(none)";
}
