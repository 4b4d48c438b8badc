// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data.Migrations;

/// <summary>
/// One step of the schema. Written by hand, as SQL that both databases read once the words in braces are put in (<see cref="SqlDialect"/>); never
/// changed once released, and only added to.
/// </summary>
/// <param name="Version">Its number, from 1 without gaps.</param>
/// <param name="Name">What it does, for <c>schema_migration</c>.</param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>All steps, in order.</summary>
    internal static IReadOnlyList<Migration> All { get; } = [InitialSchema.Step];
}
