using System.Text;
using System.Text.Json;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL.Tests.Support;

/// <summary>Writes a syntax tree in the JSON form of the reference implementation.</summary>
static class AstJson
{
    public static JsonElement Of(Node node)
    {
        var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { MaxDepth = 2000 })) Write(writer, node);
        return JsonDocument.Parse(stream.ToArray(), new JsonDocumentOptions { MaxDepth = 2000 }).RootElement;
    }

    static void Write(Utf8JsonWriter json, Node node)
    {
        json.WriteStartObject();
        json.WriteString("kind", node.Kind.ToString());
        Members(json, node);
        json.WriteStartObject("loc");
        json.WriteNumber("start", node.Span.Start);
        json.WriteNumber("end", node.Span.End);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void One(Utf8JsonWriter json, string name, Node? node)
    {
        if (node is null) return;
        json.WritePropertyName(name);
        Write(json, node);
    }

    static void Many(Utf8JsonWriter json, string name, IEnumerable<Node> nodes)
    {
        json.WriteStartArray(name);
        foreach (var node in nodes) Write(json, node);
        json.WriteEndArray();
    }

    static void Members(Utf8JsonWriter json, Node node)
    {
        switch (node)
        {
            case NameNode name:
                json.WriteString("value", name.Value);
                break;
            case DocumentNode document:
                Many(json, "definitions", document.Definitions);
                break;
            case OperationDefinitionNode operation:
                json.WriteString("operation", operation.Operation.Keyword());
                One(json, "description", operation.Description);
                One(json, "name", operation.Name);
                Many(json, "variableDefinitions", operation.VariableDefinitions);
                Many(json, "directives", operation.Directives);
                One(json, "selectionSet", operation.SelectionSet);
                break;
            case VariableDefinitionNode variable:
                One(json, "description", variable.Description);
                One(json, "variable", variable.Variable);
                One(json, "type", variable.Type);
                One(json, "defaultValue", variable.DefaultValue);
                Many(json, "directives", variable.Directives);
                break;
            case SelectionSetNode set:
                Many(json, "selections", set.Selections);
                break;
            case FieldNode field:
                One(json, "alias", field.Alias);
                One(json, "name", field.Name);
                Many(json, "arguments", field.Arguments);
                Many(json, "directives", field.Directives);
                One(json, "selectionSet", field.SelectionSet);
                break;
            case ArgumentNode argument:
                One(json, "name", argument.Name);
                One(json, "value", argument.Value);
                break;
            case FragmentSpreadNode spread:
                One(json, "name", spread.Name);
                Many(json, "directives", spread.Directives);
                break;
            case InlineFragmentNode inline:
                One(json, "typeCondition", inline.TypeCondition);
                Many(json, "directives", inline.Directives);
                One(json, "selectionSet", inline.SelectionSet);
                break;
            case FragmentDefinitionNode fragment:
                One(json, "description", fragment.Description);
                One(json, "name", fragment.Name);
                One(json, "typeCondition", fragment.TypeCondition);
                Many(json, "directives", fragment.Directives);
                One(json, "selectionSet", fragment.SelectionSet);
                break;
            case DirectiveNode or TypeNode:
                TypeMembers(json, node);
                break;
            case ValueNode or ObjectFieldNode:
                ValueMembers(json, node);
                break;
            default:
                TypeSystemMembers(json, node);
                break;
        }
    }

    static void TypeMembers(Utf8JsonWriter json, Node node)
    {
        switch (node)
        {
            case DirectiveNode directive:
                One(json, "name", directive.Name);
                Many(json, "arguments", directive.Arguments);
                break;
            case NamedTypeNode named:
                One(json, "name", named.Name);
                break;
            case ListTypeNode list:
                One(json, "type", list.Type);
                break;
            case NonNullTypeNode nonNull:
                One(json, "type", nonNull.Type);
                break;
        }
    }

    static void ValueMembers(Utf8JsonWriter json, Node node)
    {
        switch (node)
        {
            case VariableNode variable:
                One(json, "name", variable.Name);
                break;
            case IntValueNode integer:
                json.WriteString("value", integer.Value);
                break;
            case FloatValueNode real:
                json.WriteString("value", real.Value);
                break;
            case StringValueNode text:
                json.WriteString("value", Encoding.UTF8.GetBytes(text.Value));
                json.WriteBoolean("block", text.Block);
                break;
            case BooleanValueNode flag:
                json.WriteBoolean("value", flag.Value);
                break;
            case EnumValueNode value:
                json.WriteString("value", value.Value);
                break;
            case ListValueNode list:
                Many(json, "values", list.Values);
                break;
            case ObjectValueNode fields:
                Many(json, "fields", fields.Fields);
                break;
            case ObjectFieldNode field:
                One(json, "name", field.Name);
                One(json, "value", field.Value);
                break;
        }
    }

    static void TypeSystemMembers(Utf8JsonWriter json, Node node)
    {
        switch (node)
        {
            case SchemaNode schema:
                One(json, "description", schema.Description);
                Many(json, "directives", schema.Directives);
                Many(json, "operationTypes", schema.OperationTypes);
                break;
            case OperationTypeDefinitionNode type:
                json.WriteString("operation", type.Operation.Keyword());
                One(json, "type", type.Type);
                break;
            case DirectiveDefinitionNode directive:
                One(json, "description", directive.Description);
                One(json, "name", directive.Name);
                Many(json, "arguments", directive.Arguments);
                Many(json, "directives", directive.Directives);
                json.WriteBoolean("repeatable", directive.Repeatable);
                Many(json, "locations", directive.Locations);
                break;
            case FieldDefinitionNode field:
                One(json, "description", field.Description);
                One(json, "name", field.Name);
                Many(json, "arguments", field.Arguments);
                One(json, "type", field.Type);
                Many(json, "directives", field.Directives);
                break;
            case InputValueDefinitionNode value:
                One(json, "description", value.Description);
                One(json, "name", value.Name);
                One(json, "type", value.Type);
                One(json, "defaultValue", value.DefaultValue);
                Many(json, "directives", value.Directives);
                break;
            case EnumValueDefinitionNode value:
                One(json, "description", value.Description);
                One(json, "name", value.Name);
                Many(json, "directives", value.Directives);
                break;
            case TypeDefinitionNode type:
                One(json, "description", type.Description);
                One(json, "name", type.Name);
                Many(json, "directives", type.Directives);
                if (type is ComplexTypeNode complex) Many(json, "interfaces", complex.Interfaces);
                if (type is ComplexTypeNode withFields) Many(json, "fields", withFields.Fields);
                if (type is UnionTypeNode union) Many(json, "types", union.Types);
                if (type is EnumTypeNode enumeration) Many(json, "values", enumeration.Values);
                if (type is InputObjectTypeNode input) Many(json, "fields", input.Fields);
                break;
        }
    }
}
