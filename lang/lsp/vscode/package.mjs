// Packages the extension: `node lang/lsp/vscode/package.mjs [FILE.vsix]`. The same sources give the same bytes.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import * as zlib from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const output = resolve(process.argv[2] ?? join(root, "dist", "reticle.vsix"));
const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
/** @type {Map<string, Buffer>} */
const files = new Map();

/** Adds the files of a folder, under `name`. */
function add(folder, name, suits = () => true) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const below = relative(folder, path).split(sep).join("/");
    if (entry.isFile() && suits(below)) files.set(`${name}/${below}`, readFileSync(path));
  }
}

const scratch = mkdtempSync(join(tmpdir(), "reticle-vsix-"));
try {
  execFileSync(process.execPath, ["build.mjs", "--no-types", join(scratch, "dist")], { cwd: root, stdio: "inherit" });
  // The library for programs is not part of the server.
  add(join(scratch, "dist"), "extension/dist", (name) => name !== "index.js" && !/^chunks\/(?!cli-)/.test(name));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["lang/lsp/vscode/client.ts"],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
  files.set("extension/client.cjs", Buffer.from(outputFiles[0].contents));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
add(join(root, "targets"), "extension/targets");
add(here, "extension", (name) => /^(package|grammar|language-configuration|snippets)\.json$|^README\.md$/.test(name));
files.set("extension/LICENSE.txt", readFileSync(join(root, "LICENSE")));
files.set("extension.vsixmanifest", Buffer.from(vsixManifest()));
files.set("[Content_Types].xml", Buffer.from(contentTypes()));

mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, zip([...files].sort(([a], [b]) => (a < b ? -1 : 1))));
console.log(`${relative(process.cwd(), output)}: ${files.size} files`);

function escaped(text) {
  return text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function vsixManifest() {
  const { name, displayName, description, version, publisher, categories, keywords, engines } = manifest;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}"/>
    <DisplayName>${escaped(displayName)}</DisplayName>
    <Description xml:space="preserve">${escaped(description)}</Description>
    <Tags>${escaped(keywords.join(","))}</Tags>
    <Categories>${escaped(categories.join(","))}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${engines.vscode}"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
}

function contentTypes() {
  const types = {
    json: "application/json",
    js: "application/javascript",
    cjs: "application/javascript",
    md: "text/markdown",
    txt: "text/plain",
  };
  const rows = Object.entries({ ...types, tdl: "text/plain", pcf: "text/plain", vsixmanifest: "text/xml" });
  const lines = rows.map(([extension, type]) => `  <Default Extension=".${extension}" ContentType="${type}"/>\n`);
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${lines.join("")}</Types>
`;
}

/** A zip archive: deflated entries of the year 1980, then the directory of them. */
function zip(entries) {
  const EPOCH = 0x21;
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, data] of entries) {
    const path = Buffer.from(name);
    const packed = zlib.deflateRawSync(data, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(EPOCH, 8);
    common.writeUInt32LE(checksum(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\u0001\u0002\u0014\u0000"), common, tail, path);
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, index, end]);
}

/** The CRC-32 of a zip entry; Node has it from 20.15 on. */
function checksum(data) {
  if (zlib.crc32 !== undefined) return zlib.crc32(data);
  let sum = ~0;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
