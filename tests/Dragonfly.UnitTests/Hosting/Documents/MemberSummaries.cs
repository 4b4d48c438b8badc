// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Dragonfly.UnitTests.Hosting.Documents;

/// <summary>The XML documentation of properties as plain text, from the files that the compiler writes beside assemblies.</summary>
internal sealed partial class MemberSummaries
{
    private readonly Dictionary<string, string> _byMember = new(StringComparer.Ordinal);

    /// <summary>Whether any documentation was found; a quick inner-loop build writes none.</summary>
    public bool AreComplete { get; private set; } = true;

    /// <summary>The summary of a property.</summary>
    /// <param name="property">The property.</param>
    /// <returns>One line of text.</returns>
    public string Of(System.Reflection.PropertyInfo property)
    {
        var type = property.DeclaringType!;
        Load(type.Assembly.Location);
        return _byMember.GetValueOrDefault($"P:{type.FullName!.Replace('+', '.')}.{property.Name}", "");
    }

    private void Load(string assembly)
    {
        var marker = $"loaded {assembly}";
        if (!_byMember.TryAdd(marker, ""))
        {
            return;
        }

        var file = Path.ChangeExtension(assembly, ".xml");
        if (!File.Exists(file))
        {
            AreComplete = false;
            return;
        }

        foreach (var member in XDocument.Load(file).Descendants("member"))
        {
            _byMember[member.Attribute("name")!.Value] = Plain(member.Element("summary"));
        }
    }

    private static string Plain(XElement? summary)
    {
        var text = new StringBuilder();
        foreach (var node in summary?.DescendantNodes() ?? [])
        {
            _ = node switch
            {
                XText words => text.Append(words.Value),
                XElement { Name.LocalName: "see" or "paramref" } link =>
                    text.Append((link.Attribute("cref")?.Value ?? link.Attribute("langword")?.Value ?? link.Attribute("name")?.Value ?? "").Split('.', ':')[^1]),
                _ => text,
            };
        }

        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
