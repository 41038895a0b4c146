// Makes WORK ready to run: the packages of package-lock.json, this folder's programs, and a Node that is new enough.
//
//     node build.mjs WORK
//
// Packages are installed only when the lock file has changed since the last time.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { arch, execPath, platform } from 'node:process'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const work = process.argv[2]

function installPackages() {
  const lock = readFileSync(join(here, 'package-lock.json'), 'utf8')
  const stamp = join(work, 'installed-lock.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  rmSync(stamp, { force: true })
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(here, file), join(work, file))
  // No package here needs its install script, and "engines" speaks of the Node that runs npm, not of the one installed.
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: work,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  writeFileSync(stamp, lock)
}

function copyPrograms() {
  for (const folder of ['scenario', 'kafkajs', 'platformatic']) {
    rmSync(join(work, folder), { recursive: true, force: true })
    cpSync(join(here, folder), join(work, folder), { recursive: true })
  }
}

function linkNode() {
  const installed = join(work, 'node_modules', `node-${platform}-${arch}`, 'bin', 'node')
  const link = join(work, 'bin', 'node')
  rmSync(link, { force: true })
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(existsSync(installed) ? installed : execPath, link)
}

installPackages()
copyPrograms()
linkNode()
