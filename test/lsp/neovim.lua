-- Drives the language server from Neovim without a screen: `nvim --headless -u NONE -c 'luafile ...'`.
-- Takes the command line of the server, a file and where to write what it saw from the environment.
local node, cli, file, out = vim.env.RETICLE_NODE, vim.env.RETICLE_CLI, vim.env.RETICLE_FILE, vim.env.RETICLE_OUT
local seen = {}

local function finish()
  local handle = assert(io.open(out, "w"))
  handle:write(vim.fn.json_encode(seen))
  handle:close()
  vim.cmd("qall!")
end

local ok, problem = pcall(function()
  vim.cmd("edit " .. vim.fn.fnameescape(file))
  vim.bo.filetype = "reticle"
  local id = vim.lsp.start_client({
    name = "reticle",
    cmd = { node, cli, "lsp", "--stdio" },
    root_dir = vim.fn.fnamemodify(file, ":h"),
  })
  vim.lsp.buf_attach_client(0, id)

  local function diagnostics(count)
    vim.wait(10000, function()
      return #vim.diagnostic.get(0) == count
    end, 20)
    local list = {}
    for _, one in ipairs(vim.diagnostic.get(0)) do
      table.insert(list, { line = one.lnum, column = one.col, message = one.message, code = one.code })
    end
    return list
  end

  local function text()
    return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  end

  -- The file has one mistake, in its third line, because of which another value is not used.
  seen.diagnostics = diagnostics(2)

  -- It is mended by typing.
  vim.api.nvim_buf_set_text(0, 2, 19, 2, 23, { "s" })
  seen.mended = diagnostics(0)

  -- From the use of `s` to its definition.
  vim.api.nvim_win_set_cursor(0, { 3, 19 })
  vim.lsp.buf.definition()
  vim.wait(10000, function()
    return vim.api.nvim_win_get_cursor(0)[1] == 2
  end, 20)
  seen.definition = vim.api.nvim_win_get_cursor(0)

  vim.lsp.buf.rename("sum")
  vim.wait(10000, function()
    return text():find("sum", 1, true) ~= nil
  end, 20)
  seen.renamed = text()

  if vim.lsp.buf.format ~= nil then
    vim.lsp.buf.format({ timeout_ms = 10000 })
  else
    vim.lsp.buf.formatting_sync({}, 10000)
  end
  seen.formatted = text()

  vim.lsp.stop_client(id)
  seen.stopped = vim.wait(10000, function()
    return vim.lsp.client_is_stopped(id)
  end, 20)
end)

if not ok then
  seen.problem = tostring(problem)
end
finish()
