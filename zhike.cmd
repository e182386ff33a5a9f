@echo off
rem Finds a Python and hands over to tools\bootstrap.py, which does the work.
setlocal
set "PYTHONUTF8=1"
if defined ZHIKE_PYTHON (
    "%ZHIKE_PYTHON%" "%~dp0tools\bootstrap.py" %*
    exit /b
)
where py >nul 2>nul && (
    py -3 "%~dp0tools\bootstrap.py" %*
    exit /b
)
where python >nul 2>nul && (
    python "%~dp0tools\bootstrap.py" %*
    exit /b
)
echo zhike needs Python 3.11 or newer, and none was found in PATH. 1>&2
exit /b 1
