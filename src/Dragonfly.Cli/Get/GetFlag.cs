// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Get;

/// <summary>One flag of <c>dfget</c>: how it is written, what it means, and where its value goes.</summary>
/// <param name="Long">The long name, without dashes.</param>
/// <param name="Short">The short name, or null.</param>
/// <param name="Value">What stands for the value in the help; null for a switch.</param>
/// <param name="Environment">The variable that gives it, or null.</param>
/// <param name="Help">One line.</param>
/// <param name="Apply">Stores a value; a switch gets <c>true</c> or <c>false</c>.</param>
internal sealed record GetFlag(string Long, char? Short, string? Value, string? Environment, string Help, Action<GetOptions, string> Apply)
{
    /// <summary>Whether the flag takes a value.</summary>
    public bool TakesValue => Value is not null;
}
